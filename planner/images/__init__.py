"""Pictures that labs send: checked, drawn again without what cameras write in them, served for ever at one address."""
