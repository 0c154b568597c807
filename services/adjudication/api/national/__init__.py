"""国家医保信息平台接口: settle, estimate and take back in national messages, answered with ``setlinfo``."""

from services.adjudication.api.national.routes import router

__all__ = ["router"]
