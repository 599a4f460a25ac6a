"""Pages that show gradients: LaTeX, Markdown, HTML, PDF. A page computes nothing."""
