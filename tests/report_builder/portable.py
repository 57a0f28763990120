"""Which SQL gives the same rows on DuckDB, Spark and BigQuery, as a lint. What it names was seen to differ.

The translation itself is sqlglot's; where it is silent, the rules here speak.
"""

import re
from collections.abc import Iterator
from typing import Any

import sqlglot
from sqlglot import ErrorLevel, TokenType, exp

FUNCTIONS = (
    exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.Coalesce, exp.Nullif, exp.Cast, exp.Case, exp.If, exp.Lower,
    exp.Upper, exp.Floor, exp.Exp, exp.Ln, exp.Abs, exp.Lag, exp.Lead, exp.RowNumber, exp.Rank, exp.DenseRank,
    exp.Extract, exp.DateDiff, exp.AtTimeZone, exp.Connector,
)  # fmt: skip
REFUSED = (
    exp.Qualify, exp.Unnest, exp.Explode, exp.Lateral, exp.Lambda, exp.Struct, exp.Array, exp.Bracket, exp.Interval,
    exp.Pivot, exp.DPipe, exp.ILike, exp.RegexpLike,
)  # fmt: skip

# How an engine writes the parameter $name.
ENGINES = {"spark": ":", "bigquery": "@"}
STRINGS = re.compile(r"/\*.*?\*/|'[^']*'", re.DOTALL)


def translated(sql: str, engine: str) -> list[str]:
    """The statements as the engine wants them, parsed again by its own grammar; raises UnsupportedError."""
    written = sqlglot.transpile(sql, read="duckdb", write=engine, unsupported_level=ErrorLevel.RAISE)
    for statement in written:
        sqlglot.parse_one(statement, read=engine)
    return written


def parameters(sql: str, mark: str = "$") -> set[str]:
    """The names of the parameters in a statement, comments and texts left out."""
    plain = STRINGS.sub("", re.sub(r"--.*", "", sql))
    return set(re.findall(rf"(?<![\w{mark}]){re.escape(mark)}([a-z]\w*)", plain))


def faults(sql: str) -> list[str]:
    """One line for each place that leaves the subset; empty is good."""
    statements = sqlglot.parse(sql, read="duckdb")
    if len(statements) != 1 or statements[0] is None:
        return ["not exactly one statement"]
    return [*_tree_faults(statements[0]), *_order_faults(sql)]


def _tree_faults(tree: Any) -> Iterator[str]:
    for node in tree.walk():
        text = node.sql(dialect="duckdb")[:60]
        if isinstance(node, exp.Func) and not isinstance(node, FUNCTIONS):
            yield f"function outside the subset: {text}"
        if isinstance(node, REFUSED):
            yield f"{type(node).__name__} outside the subset: {text}"
        if isinstance(node, exp.Distinct) and (
            node.args.get("on") or not isinstance(node.parent, exp.Count | exp.Select)
        ):
            yield f"distinct on: {text}"
        if isinstance(node, exp.DateDiff) and str(node.args.get("unit") or "DAY").strip("'").upper() != "DAY":
            yield f"date_diff counts days only: {text}"
        if isinstance(node, exp.Div) and not _is_double(node):
            yield f"a division needs a double on one side: {text}"
        if isinstance(node, exp.Literal) and not node.is_string and "." in node.name:
            yield f"a decimal literal is no double everywhere, write 5e-1: {text}"
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            yield "columns must be named"
        if isinstance(node, exp.Group) and node.args.get("all"):
            yield "group by all"
        if isinstance(node, exp.SetOperation) and node.args.get("by_name"):
            yield "union by name"
        if isinstance(node, exp.Cast) and node.to.is_type("bigint") and isinstance(node.this, exp.Div):
            yield f"casts round differently, floor first: {text}"
        if isinstance(node, exp.Join) and node.side in ("LEFT", "RIGHT", "FULL") and not _has_equality(node):
            yield f"an outer join needs an equality: {text}"
        if isinstance(node, exp.Select):
            yield from _reused_aliases(node)
            yield from _hidden_columns(node)


def _is_double(node: exp.Div) -> bool:
    casts = any(cast.to.is_type("double") for cast in node.find_all(exp.Cast))
    return casts or any("e" in literal.name.lower() for literal in node.find_all(exp.Literal))


def _reused_aliases(select: exp.Select) -> Iterator[str]:
    aliases = {column.alias for column in select.expressions if isinstance(column, exp.Alias)}
    for expression in select.expressions:
        own = expression.alias if isinstance(expression, exp.Alias) else ""
        for column in expression.find_all(exp.Column):
            mine = column.find_ancestor(exp.Select) is select
            if mine and not column.table and column.name in aliases and column.name != own:
                yield f"alias of the same select reused: {column.name}"


def _has_equality(join: exp.Join) -> bool:
    """Between columns of two tables; BigQuery has no other outer join."""
    condition = join.args.get("on")
    return condition is not None and any(
        isinstance(part, exp.EQ)
        and len({column.table for column in part.find_all(exp.Column)}) > 1
        and not part.find_ancestor(exp.Or)
        for part in condition.find_all(exp.EQ)
    )


def _hidden_columns(select: exp.Select) -> Iterator[str]:
    """Names in group by and having that an alias gives another meaning: engines choose differently."""
    aliases = [column for column in select.expressions if isinstance(column, exp.Alias)]
    hidden = {
        column.alias for column in aliases
        if not (isinstance(column.this, exp.Column) and column.this.name == column.alias)
    }  # fmt: skip
    for clause in (select.args.get("group"), select.args.get("having")):
        for column in clause.find_all(exp.Column) if clause else ():
            mine = column.find_ancestor(exp.Select) is select
            if mine and not column.table and column.name in hidden:
                yield f"a column or an alias of that name: {column.name}"


def _order_faults(sql: str) -> Iterator[str]:
    """From the words themselves, because the parser fills in a default and the engines have different ones."""
    tokens = sqlglot.tokenize(sql, read="duckdb")
    for start, token in enumerate(tokens):
        if token.token_type != TokenType.ORDER_BY:
            continue
        depth, keys = 0, [""]
        for later in tokens[start + 1 :]:
            depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(later.token_type, 0)
            if depth < 0 or (depth == 0 and later.token_type in (TokenType.LIMIT, TokenType.ROWS)):
                break
            if depth == 0 and later.token_type == TokenType.COMMA:
                keys.append("")
            else:
                keys[-1] += f" {later.text.lower()}"
        yield from (f"order by without nulls first or last:{key}" for key in keys if "nulls" not in key)
