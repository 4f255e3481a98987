"""Console pages of messages: compose once, see it go out, see what was proved; pass on what came down."""
