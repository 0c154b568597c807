"""Run the offline commands by themselves (离线命令): ``python -m services.adjudication.offline adjudicate``."""

from services.adjudication.offline.commands import app

if __name__ == "__main__":
    app()
