"""`python -m yijia.cli` is `yijia`."""

from yijia.cli import main

if __name__ == "__main__":
    main()
