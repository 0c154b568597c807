"""Prepares a PostgreSQL server and a Kafka cluster for the four services: databases, roles, topics.

`python -m deploy.provision` does it from the environment: CLAIMS_ADMIN_URL, CLAIMS_KAFKA, and for each service
the URLs that it is given itself, CLAIMS_<SERVICE>_DATABASE_URL and CLAIMS_<SERVICE>_MIGRATION_URL.
"""

import asyncio
import os
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

from contracts.topics import SERVICES, Service
from deploy import databases, topics
from deploy.databases import Database


async def provision(admin_dsn: str, kafka: str, password: Callable[[str], str]) -> dict[Service, Database]:
    """Make the four databases with their roles, and the topics; again is harmless.

    `password` gives the password of a role by its name. Returns the databases by service.
    Raises asyncpg.PostgresError, KafkaError or OSError when a server refuses or cannot be reached.
    """
    made = {
        service: await databases.create(
            admin_dsn,
            service,
            owner_password=password(databases.owner(service)),
            service_password=password(service),
        )
        for service in SERVICES
    }
    await topics.create(kafka)
    return made


def _passwords_of_environment() -> dict[str, str]:
    urls = [
        urlsplit(os.environ[f"CLAIMS_{service.upper()}_{kind}_URL"])
        for service in SERVICES
        for kind in ("DATABASE", "MIGRATION")
    ]
    return {unquote(url.username or ""): unquote(url.password or "") for url in urls}


if __name__ == "__main__":
    passwords = _passwords_of_environment()
    asyncio.run(provision(os.environ["CLAIMS_ADMIN_URL"], os.environ["CLAIMS_KAFKA"], passwords.__getitem__))
