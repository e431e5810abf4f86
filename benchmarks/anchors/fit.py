"""`python -m benchmarks.anchors.fit`: fits the weights of `anchors.exact_by_sketch`.

The cases are those of the tuning files, with seeds of their own: nothing that the benchmark
reports is among them. Both models are fitted by gradient descent, with a small price for large
weights. It prints what belongs into `SCORE` and `CERTAINTY`, some minutes later.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from typing import Final

from benchmarks.anchors.__main__ import comment_on
from benchmarks.anchors.cases import KINDS, Case, cases
from benchmarks.anchors.sources import sources
from peerline_bridge.anchors import exact_by_sketch
from peerline_bridge.anchors.anchor import Anchor, anchor_of
from peerline_bridge.anchors.candidates import exact_matches
from peerline_bridge.anchors.exact_by_sketch import Features, certainty_of, count_of, features_of
from peerline_bridge.anchors.text_index import TextIndex

SEEDS: Final = (1, 2)
_STEPS: Final = 400
_STEP: Final = 0.1
_PRICE: Final = 1e-4

Weights = dict[str, float]
Gradient = Callable[[Weights], Weights]


@dataclass(frozen=True, slots=True)
class _Choice:
    """Several places with the text of an anchor; `right` is the row that is meant, if it is one."""

    anchor: Anchor
    rows: Sequence[int]
    scored: list[tuple[int, Features]]
    count: int
    right: int | None

    @property
    def answer(self) -> int | None:
        """The one of `scored` that is right."""
        for at, (number, _) in enumerate(self.scored):
            if self.rows[number] == self.right:
                return at
        return None


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.anchors.fit")
    parser.add_argument("--cases", type=int, default=1_000, help="of each kind and seed")
    options = parser.parse_args()
    files = sources(held_out=False)
    choices = [
        choice
        for seed in SEEDS
        for kind in KINDS
        for case in cases(kind, files, seed, options.cases)
        if (choice := _choice(case)) is not None
    ]
    print(f"{len(choices):,} choices", flush=True)
    exact_by_sketch.SCORE.update(
        _fit(sorted(exact_by_sketch.SCORE), lambda w: _choosing(choices, w))
    )
    _show("SCORE", exact_by_sketch.SCORE)
    examples: list[tuple[Features, bool]] = []
    for choice in choices:
        best, features = certainty_of(choice.anchor, choice.scored, choice.count)
        examples.append((features, choice.rows[best] == choice.right))
    names = list(examples[0][0])
    _show("CERTAINTY", _fit(names, lambda w: _deciding(examples, w)))


def _choice(case: Case) -> _Choice | None:
    anchor, index = anchor_of(comment_on(case)), TextIndex(case.after)
    places = [found.place for found in exact_matches(anchor, index)]
    if not places or (len(places) == 1 and anchor.occurrences == 1):
        return None
    scored = features_of(anchor, index, places)
    right = None if case.truth is None else case.truth[0]
    rows = [place.first for place in places]
    return _Choice(anchor, rows, scored, count_of(anchor, index, places), right)


def _choosing(choices: Sequence[_Choice], weights: Weights) -> Weights:
    """The gradient of the likelihood of choosing what is right (conditional logit)."""
    gradient = dict.fromkeys(weights, 0.0)
    counted = 0
    for choice in choices:
        right = choice.answer
        if right is None or len(choice.scored) == 1:
            continue
        counted += 1
        scores = [_sum(features, weights) for _, features in choice.scored]
        most = max(scores)
        shares = [exp(score - most) for score in scores]
        total = sum(shares)
        for at, (_, features) in enumerate(choice.scored):
            factor = (at == right) - shares[at] / total
            for name in gradient:
                gradient[name] += factor * features[name]
    return {name: value / counted for name, value in gradient.items()}


def _deciding(examples: Sequence[tuple[Features, bool]], weights: Weights) -> Weights:
    """The gradient of the likelihood of knowing whether it is right (logistic regression)."""
    gradient = dict.fromkeys(weights, 0.0)
    for features, is_right in examples:
        error = is_right - 1 / (1 + exp(-max(-30.0, min(30.0, _sum(features, weights)))))
        for name, value in features.items():
            gradient[name] += error * value
    return {name: value / len(examples) for name, value in gradient.items()}


def _fit(names: Sequence[str], gradient_of: Gradient) -> Weights:
    """Adam (Kingma and Ba, 2014)."""
    weights = dict.fromkeys(names, 0.0)
    mean, square = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
    for step in range(1, _STEPS + 1):
        gradient = gradient_of(weights)
        for name in names:
            slope = gradient[name] - _PRICE * weights[name]
            mean[name] = 0.9 * mean[name] + 0.1 * slope
            square[name] = 0.99 * square[name] + 0.01 * slope * slope
            up = mean[name] / (1 - 0.9**step)
            weights[name] += _STEP * up / (sqrt(square[name] / (1 - 0.99**step)) + 1e-9)
    return weights


def _sum(features: Features, weights: Weights) -> float:
    return sum(weights[name] * features[name] for name in weights)


def _show(name: str, weights: Weights) -> None:
    print(f"{name} = {{")
    for key, value in weights.items():
        print(f'    "{key}": {value:.2f},')
    print("}", flush=True)


if __name__ == "__main__":
    main()
