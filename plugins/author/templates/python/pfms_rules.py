"""What rules are written with.

A rule is a class with ``describe`` and ``evaluate``; ``component`` makes of it what the contract asks for.
"""

import json
from dataclasses import dataclass
from typing import Any

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import log, types, values


@dataclass
class Input:
    """All that a rule decides from, beside its configuration."""

    context: types.Context
    """Whose rule it is, and when the event happened."""
    event: types.Event
    """What happened."""
    facts: types.Facts
    """What the rule asked to know in its description."""


class InvalidConfig(Exception):
    """Raised when the configuration makes no sense. The message names the field and what it must be."""


class CannotDecide(Exception):
    """Raised when the rule cannot decide. The rule's owner sees the message."""


class Rule:
    """A rule that answers events with actions. Both methods depend on their arguments alone."""

    def describe(self) -> types.Description:
        """What the component is and what it needs."""
        raise NotImplementedError

    def evaluate(self, input: Input, config: dict[str, Any]) -> list[types.Action]:
        """What is to be done about an event; an empty list when nothing is."""
        raise NotImplementedError


def component(rule: Rule) -> type[exports.Automation]:
    """Adapts a rule to the contract: bind the result to the name ``Automation``."""

    class Automation(exports.Automation):
        def describe(self) -> types.Description:
            return _reported(rule.describe)

        def evaluate(
            self, context: types.Context, event: types.Event, facts: types.Facts, config: str
        ) -> list[types.Action]:
            return _reported(lambda: rule.evaluate(Input(context, event, facts), json.loads(config)))

    return Automation


def money_text(money: values.Money) -> str:
    """For example "12.50 EUR"."""
    sign = "-" if money.minor < 0 else ""
    digits = str(abs(money.minor)).rjust(money.exponent + 1, "0")
    split = len(digits) - money.exponent
    point = "." if money.exponent else ""
    return f"{sign}{digits[:split]}{point}{digits[split:]} {money.currency}"


def date_text(date: values.Date) -> str:
    """For example "2025-12-11"."""
    return f"{date.year:04}-{date.month:02}-{date.day:02}"


def _reported(call):
    # An exception that is no answer stops the component without words: the log is the only way out for it.
    try:
        return call()
    except InvalidConfig as error:
        raise Err(types.RuleError_InvalidConfig(str(error))) from None
    except CannotDecide as error:
        raise Err(types.RuleError_Failed(str(error))) from None
    except Exception as error:
        log.log(log.Level.ERROR, _trace(error))
        raise


def _trace(error: Exception) -> str:
    # As `traceback` has it, but for the text of the lines: there is no file to read them from.
    lines = [f"{type(error).__name__}: {error}"]
    at = error.__traceback__
    while at is not None:
        code = at.tb_frame.f_code
        lines.append(f"{code.co_filename}:{at.tb_lineno} in {code.co_name}")
        at = at.tb_next
    return "\n".join(lines)
