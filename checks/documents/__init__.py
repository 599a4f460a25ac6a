"""From a file to what stands in it: formulas with their places, directives, headings."""
