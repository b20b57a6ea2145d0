import re

Number = int | float

_TOKEN = re.compile(r" *([0-9]+(?:\.[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|[-+*/%^()])")
_LEVELS = ("+-", "*/%", "~", "^")
_SUM, _UNARY = 0, 2


def evaluate(text: str, variables: dict[str, Number]) -> Number:
    tokens = _tokens(text)[::-1]
    postfix = _postfix(tokens, _SUM)
    if tokens:
        raise ValueError("an operator is missing")
    for token in postfix:
        if token.isidentifier() and token not in variables:
            raise NameError(token)
    stack: list[Number] = []
    for token in postfix:
        if token == "~":
            stack.append(-stack.pop())
        elif token in "+-*/%^":
            right = stack.pop()
            stack.append(_operate(token, stack.pop(), right))
        elif token.isidentifier():
            stack.append(variables[token])
        else:
            stack.append(float(token) if "." in token else int(token))
    return stack.pop()


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    position, end = 0, len(text.rstrip(" "))
    while position < end:
        found = _TOKEN.match(text, position)
        if found is None:
            raise ValueError("unexpected character")
        tokens.append(found[1])
        position = found.end()
    return tokens


def _postfix(waiting: list[str], loosest: int) -> list[str]:
    """The operand at the end of `waiting` and the operators after it, none looser than a level, `~` for unary minus."""
    token = waiting.pop() if waiting else ""
    if token == "-":
        postfix = [*_postfix(waiting, _UNARY), "~"]
    elif token == "(":
        postfix = _postfix(waiting, _SUM)
        if not waiting or waiting.pop() != ")":
            raise ValueError("a parenthesis is not closed")
    elif token in "+*/%^)":
        raise ValueError("an operand is missing")
    else:
        postfix = [token]
    while waiting and (level := _level(waiting[-1])) >= loosest:
        operator = waiting.pop()
        postfix += [*_postfix(waiting, level if operator == "^" else level + 1), operator]
    return postfix


def _level(token: str) -> int:
    """Level of a binary operator, -1 for other tokens."""
    return next((level for level, operators in enumerate(_LEVELS) if token in operators), -1)


def _operate(operator: str, left: Number, right: Number) -> Number:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case "%":
            return left % right
    return left**right
