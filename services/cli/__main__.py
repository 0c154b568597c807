"""The way in to every tool of the house: ``claims``."""

from services.cli.app import app


def main() -> None:
    """Run the ``claims`` command."""
    app()


if __name__ == "__main__":
    main()
