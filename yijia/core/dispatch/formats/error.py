"""What is wrong with a file, and where."""


class FormatError(ValueError):
    """One fault of a file.

    line     number of the line, from 1; None when the fault is between lines
    field    keyword, or path such as `patients[3].time_window`
    """

    def __init__(self, line: int | None, field: str, problem: str) -> None:
        super().__init__(f"line {line}, {field}: {problem}" if line is not None else f"{field}: {problem}")
        self.line = line
        self.field = field
        self.problem = problem
