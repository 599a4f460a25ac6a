"""Edits of the source of closed forms: what a person gets wrong, one at a time."""

from __future__ import annotations

import ast
import copy
import inspect
import textwrap
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType

from numeric.closed_forms.form import Form

_ANY = Callable[..., object]


@dataclass(frozen=True)
class Mutant:
    module: ModuleType
    function: str
    description: str
    source: str


def _edits(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Yield wrong versions of one node, each with what was done."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield "sign", ast.BinOp(left, ast.Sub(), right)
            yield "term dropped", left
            yield "term dropped", right
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            yield "sign", ast.BinOp(left, ast.Add(), right)
            yield "term dropped", left
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            # A number alone would be divided as a Python number, which no formula does.
            for kept in (left, right):
                if not isinstance(kept, ast.Constant):
                    yield "factor dropped", kept
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            yield "order", ast.BinOp(right, ast.MatMult(), left)
            yield "factor dropped", left
            yield "factor dropped", right
            if isinstance(left, ast.Attribute) and left.attr == "T":
                for name, part in (("first", "1:"), ("last", ":-1")):
                    cut = f"({ast.unparse(left.value)})[{part}].T @ ({ast.unparse(right)})[{part}]"
                    yield f"{name} step lost", ast.parse(cut, mode="eval").body
        case ast.BinOp(left=left, op=ast.Pow(), right=ast.Constant(value=2)):
            yield "power", left
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield "division dropped", left
        case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
            yield "sign", operand
        case ast.Attribute(value=value, attr="T"):
            yield "transpose", value
        case ast.Call(func=ast.Attribute(value=value, attr="before"), args=[name]):
            yield "index", ast.Subscript(value, name, ast.Load())
        case ast.Subscript(value=ast.Name(id="net") as net, slice=ast.Constant() as name):
            yield "index", ast.Call(ast.Attribute(net, "before", ast.Load()), [name], [])
        case ast.Subscript(value=value, slice=ast.Name(id="t"), ctx=ast.Load()):
            yield "index", ast.parse(f"({ast.unparse(value)})[t - 1]", mode="eval").body
        case ast.Subscript(value=value, slice=ast.UnaryOp(), ctx=ast.Load()):
            yield "index", ast.parse(f"({ast.unparse(value)})[0]", mode="eval").body
        case ast.Call(func=ast.Attribute(value=value, attr="sum"), args=[], keywords=[_]):
            for name, part in (("first", "1:"), ("last", ":-1")):
                cut = f"({ast.unparse(value)})[{part}].sum(axis=0)"
                yield f"{name} step lost", ast.parse(cut, mode="eval").body
        case ast.Call(func=ast.Name(id="range"), args=[stop]):
            text = ast.unparse(stop)
            yield "last step lost", ast.parse(f"range({text} - 1)", mode="eval").body
            yield "first step lost", ast.parse(f"range(1, {text})", mode="eval").body
        case ast.Call(func=ast.Name(id="reversed"), args=[inner]):
            yield "order", inner
        case ast.Constant(value=str() as text) if "->" in text and len(text.split("->")[1]) > 1:
            start, end = text.split("->")
            yield "index", ast.Constant(f"{start}->{end[:-2]}{end[-1]}{end[-2]}")
        case ast.Constant(value=2):
            yield "factor", ast.Constant(1)
        case ast.Subscript(value=value, slice=ast.Constant(value=int() as place)):
            other = ast.Constant(place + 1 if place == 0 else place - 1)
            yield "entry", ast.Subscript(value, other, ast.Load())
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[one, two])):
            yield "entry", ast.Subscript(value, ast.Tuple([two, one], ast.Load()), ast.Load())
        case ast.Call(func=ast.Name() as name, args=[ast.Name(id="t" | "k") as step]):
            yield "step", ast.parse(f"{name.id}({step.id} - 1)", mode="eval").body
        case ast.Call(func=ast.Name() as name, args=[ast.Attribute(attr="last") as step]):
            yield "step", ast.parse(f"{name.id}({ast.unparse(step)} - 1)", mode="eval").body
        case ast.Call(func=ast.Attribute(attr="d"), args=[_, _]):
            yield "factor 2", ast.parse(f"(2 * {ast.unparse(node)})", mode="eval").body
        case ast.Return(value=ast.expr() as value):
            yield "sign", ast.Return(ast.UnaryOp(ast.USub(), value))


def mutants(module: ModuleType, function: _ANY) -> list[Mutant]:
    """Return every edit of one function of a module, decorators removed."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    found: list[Mutant] = []
    for place, node in enumerate(ast.walk(definition)):
        for what, changed in _edits(node):
            fresh = copy.deepcopy(definition)
            target = list(ast.walk(fresh))[place]
            edited = _Replace(target, copy.deepcopy(changed)).visit(fresh)
            source = ast.unparse(ast.fix_missing_locations(edited))
            if source not in {m.source for m in found}:
                line = f"{function.__name__}: {what}: {ast.unparse(node)} -> {ast.unparse(changed)}"
                found.append(Mutant(module, function.__name__, line, source))
    return found


class _Replace(ast.NodeTransformer):
    def __init__(self, target: ast.AST, changed: ast.AST) -> None:
        self.target, self.changed = target, changed

    def visit(self, node: ast.AST) -> ast.AST:
        return self.changed if node is self.target else self.generic_visit(node)


def own_functions(module: ModuleType) -> dict[str, types.FunctionType]:
    """Return the functions that a module defines itself."""
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, types.FunctionType) and value.__module__ == module.__name__
    }


def apply(mutant: Mutant, form: Form) -> Form:
    """Return the form computed with the mutant in place of the function that it edits."""
    names: dict[str, object] = dict(vars(mutant.module))
    for name, function in own_functions(mutant.module).items():
        clone = types.FunctionType(
            function.__code__, names, name, function.__defaults__, function.__closure__
        )
        clone.__kwdefaults__ = function.__kwdefaults__
        names[name] = clone
    exec(compile(mutant.source, f"<mutant of {mutant.function}>", "exec"), names)
    compute = names[form.compute.__name__]
    assert callable(compute)
    return replace(form, compute=compute)


def reads(module: ModuleType, form: Form) -> set[str]:
    """Return the names of the module's functions that a form calls, itself included."""
    functions = own_functions(module)
    pending, found = [form.compute.__name__], set()
    while pending:
        name = pending.pop()
        if name in functions and name not in found:
            found.add(name)
            pending.extend(functions[name].__code__.co_names)
    return found
