"""人民币大写: the amount in words that a printed voucher carries, so that no digit can be slipped in."""


def capitals(amount: int) -> str:
    """Write fen in RMB capitals; a red amount begins with 红字.

    >>> capitals(1_234_567), capitals(-500)
    ('壹万贰仟叁佰肆拾伍元陆角柒分', '红字伍元整')
    """
    import cn2an  # noqa: PLC0415 - large, and only vouchers need it: not at start-up

    whole, cents = divmod(abs(amount), 100)
    words: str = cn2an.an2cn(f"{whole}.{cents:02d}", "rmb")
    return f"红字{words}" if amount < 0 else words
