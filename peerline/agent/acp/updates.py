"""Usage and models in the messages of an agent. Pure."""

from peerline.agent.acp.values import Object, an_object, number, objects, text, whole
from peerline.agent.reports import Report, UsageReported


def usage_of_turn(result: Object) -> list[Report]:
    """The usage that the answer to a prompt has."""
    usage = an_object(result.get("usage"))
    tokens = [
        whole(usage.get(name)) for name in ("inputTokens", "outputTokens", "cachedReadTokens")
    ]
    if tokens == [None, None, None]:
        return []
    given, written, cached = tokens
    return [UsageReported(input_tokens=given, output_tokens=written, cached_tokens=cached)]


def usage_update(update: Object) -> list[Report]:
    """How full the context is, and what the session has cost."""
    cost = an_object(update.get("cost"))
    amount = number(cost.get("amount"))
    found = UsageReported(
        context_used=whole(update.get("used")),
        context_limit=whole(update.get("size")),
        cost=amount,
        currency=text(cost.get("currency")) if amount is not None else None,
    )
    return [] if found == UsageReported() else [found]


def model_of_usage(update: Object) -> str | None:
    """The model that has answered, where an agent adds it."""
    return text(an_object(update.get("_meta")).get("_claude/model"))


def current_model(result: Object) -> str | None:
    """The model in use: of a session's models, or of its options."""
    if model := text(an_object(result.get("models")).get("currentModelId")):
        return model
    return next(
        (
            model
            for option in objects(result.get("configOptions"))
            if "model" in (option.get("category"), option.get("id"))
            if (model := text(option.get("currentValue")))
        ),
        None,
    )
