"""Paying a sealed file: one debit for the whole, one credit back for every line whose account is wrong.

The file is text, fields parted by ``|``: a head (batch, day, count, total, payer's account), then rows
(number, name, account, bank code, amount in fen, purpose, line). The answer names the file by its SHA-256.
"""

import hashlib
from datetime import date

from services.cli.bank.luhn import is_account
from services.cli.bank.vault import Vault


class FileRefusedError(ValueError):
    """The file does not add up: the bank pays none of it."""


def pay(vault: Vault, data: bytes, day: date) -> bytes:
    """Pay a file and write the return file. Raises ``FileRefusedError`` and ``OverdrawnError``; then nothing moved."""
    head, *rows = [line.split("|") for line in data.decode().splitlines()]
    batch, _, count, total, payer = head
    if len(rows) != int(count) or sum(int(row[4]) for row in rows) != int(total):
        raise FileRefusedError(f"file {batch}: count or total do not fit its rows")
    voucher = vault.move(payer, -int(total), batch, f"代发 {batch}")
    answers = [_answer(vault, payer, row, voucher, day) for row in rows]
    top = [batch, hashlib.sha256(data).hexdigest(), "settled", voucher, day.isoformat(), count, total]
    return "".join("|".join(record) + "\n" for record in [top, *answers]).encode()


def _answer(vault: Vault, payer: str, row: list[str], voucher: str, day: date) -> list[str]:
    number, _, account, _, amount, _, line = row
    if is_account(account):
        return [number, line, amount, "paid", voucher, day.isoformat(), ""]
    back = vault.move(payer, int(amount), line, "退票 账号不存在")
    return [number, line, amount, "account_not_found", back, day.isoformat(), "账号不存在"]
