"""Renderers of results, one per file; a renderer computes nothing."""
