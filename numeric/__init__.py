"""Numbers: rings, derivatives carried through the unrolled graph, closed forms. No SymPy."""
