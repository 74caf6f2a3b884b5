"""``python -m diplosum`` does what the ``diplosum`` command does."""

from diplosum.cli import main

if __name__ == "__main__":
    main()
