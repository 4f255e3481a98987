"""
Pure decisions of the channel: no Django, no clock, no IO.

Accounts: log-ins, passwords, keys. Cells: codes (one form), phones, coordinates. Places: divisions
(the index), addresses (text → code). Files: spreadsheets (which column is what), headings (what columns
are called). Search: pinyin.
"""
