"""Reading what is written: LaTeX mathematics to a syntax tree, and the tree to core expressions."""
