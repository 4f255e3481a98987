"""What is refused of the tables that people send, and the limits it is measured by."""

from qunlian.kernel.errors import Invalid

MOST_BYTES = 100 * 1024 * 1024
MOST_ROWS = 1_048_576
MOST_COLUMNS = 256


class SheetTooBig(Invalid):
    """The file is too big: at most 100 MB and 1,048,576 rows; cut it into parts."""

    code = "kernel.sheet_too_big"


class SheetDamaged(Invalid):
    """The file is damaged or has a password; open it in Excel or WPS, save it as .xlsx, and send that."""

    code = "kernel.sheet_damaged"


class SheetSuspicious(Invalid):
    """The file unpacks to far more than a table holds; copy the rows into a new workbook."""

    code = "kernel.sheet_suspicious"


class SheetNotText(Invalid):
    """This is neither an Excel workbook nor a text table; save it as .xlsx or as CSV (UTF-8 or GB18030)."""

    code = "kernel.sheet_not_text"


class SheetCellTooLong(Invalid):
    """Line %(line)s holds a cell of more than 128 kB; probably a quotation mark is never closed."""

    code = "kernel.sheet_cell_too_long"


class SheetEmpty(Invalid):
    """There are no rows in this file: the first sheet needs a line of headings and rows below it."""

    code = "kernel.sheet_empty"
