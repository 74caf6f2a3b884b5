"""Learning: phase by phase, in pieces of time that go on exactly where the one before stopped.

WORK/runs/NAME/
  state.pt        everything that the next piece needs: weights, optimizer, place in the data, random numbers
  last/           weights after each of the last validations, to be averaged
  result/         what came of it: see training.model
"""

import random
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sacrebleu
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional
from transformers import MarianMTModel

from training import files, model, sources
from training.clock import Clock, Out
from training.mixture import Origin, Rounds, Row
from training.settings import Phase, Settings
from training.vocabulary import Vocabulary

_SAVED = 180.0  # seconds between two states, at least
_SAID = 20.0  # and between two lines
_VALIDATED = 200  # pairs of the held-out ones
_DECODED = 256  # at a time
_LONGEST = 128  # tokens of an answer while validating


@dataclass(slots=True)
class Place:
    """How far a run is. ``number`` and ``batch`` are the place in the data that comes next."""

    phase: int = 0
    step: int = 0
    number: int = 0
    batch: int = 0
    best: float = -1.0
    worse: int = 0  # validations since the best
    tokens: int = 0
    seconds: float = 0.0
    validations: list[dict[str, Any]] = field(default_factory=list)


def rate(phase: Phase, step: int) -> float:
    """Learning rate at a step, counted from 1."""
    if step < phase.warmup:
        return phase.rate * step / phase.warmup
    if phase.schedule == "cosine":
        from math import cos, pi

        return phase.rate * (1 + cos(pi * (step - phase.warmup) / max(1, phase.steps - phase.warmup))) / 2
    return phase.rate * (max(1, phase.warmup) / step) ** 0.5


class Learner:
    """One run in memory."""

    def __init__(self, settings: Settings, origin: Origin, folder: Path, clock: Clock, cores: int) -> None:
        self._settings, self._origin, self._folder = settings, origin, folder
        self._clock, self._cores = clock, cores
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._vocabulary = Vocabulary(origin.vocabulary)
        self._place = Place()
        torch.set_num_threads(cores)
        torch.manual_seed(settings.seed)
        vectors = torch.from_numpy(self._vocabulary.vectors(settings.width))
        self._model = model.build(settings, len(self._vocabulary.names), vectors).to(self._device)
        self._optimizer = self._fresh()
        self._load()
        held_out = sources.pairs_of(origin.prepared / "held-out.tsv")
        self._held_out = random.Random(settings.seed).sample(held_out, min(_VALIDATED, len(held_out)))

    @property
    def record(self) -> dict[str, Any]:
        """What the result says of itself."""
        numbers = model.parameters(model.weights(self._model))
        return {
            "digest": self._settings.digest,
            "settings": asdict(self._settings),
            "parameters": numbers,
            "steps": {one["phase"]: one["step"] for one in self._place.validations},
            "tokens": self._place.tokens,
            "seconds": round(self._place.seconds),
            "device": torch.cuda.get_device_name() if self._device.type == "cuda" else f"cpu, {self._cores} threads",
            "validations": self._place.validations,
        }

    def learn(self) -> Path:
        """Go on until every phase is over; the folder of the result. Raises :class:`training.clock.Out`."""
        while self._place.phase < len(self._settings.phases):
            phase = self._settings.phases[self._place.phase]
            try:
                self._phase(phase)
            except Out:
                self._save()
                raise
            self._place = Place(
                phase=self._place.phase + 1,
                tokens=self._place.tokens,
                seconds=self._place.seconds,
                validations=self._place.validations,
            )
            self._optimizer = self._fresh()
            self._save()
        last = [path for path in self._kept() if path.name.startswith(f"{self._place.phase - 1}-")]
        state = model.average([load_file(path) for path in last])
        model.save(state, self._origin.vocabulary / "source.spm", self.record, self._folder / "result")
        return self._folder / "result"

    def _phase(self, phase: Phase) -> None:
        settings, place = self._settings, self._place
        say = self._clock.say
        say(f"{settings.name}: {phase.name}, from step {place.step} of {phase.steps} on {self._device}")
        saved = said = self._clock.seconds
        tokens = place.tokens
        with Rounds(self._origin, settings, phase, self._cores) as rounds:
            coming = rounds.start(place.number, place.batch)
            while place.step < phase.steps and place.worse < settings.patience:
                start = self._clock.seconds
                loss = self._step(phase, coming)
                place.seconds += self._clock.seconds - start
                if self._clock.seconds - said > _SAID or place.step == 1:
                    speed = (place.tokens - tokens) / max(1e-9, self._clock.seconds - said)
                    far = f"{settings.name}: {phase.name} {place.step}"
                    say(f"{far}, loss {float(loss):.3f}, {speed:,.0f} target tokens/s")
                    said, tokens = self._clock.seconds, place.tokens
                over = place.step == phase.steps
                if place.step % settings.validate_every == 0 or over:
                    self._validate(phase)
                if self._clock.is_up:
                    raise Out
                if self._clock.seconds - saved > _SAVED:
                    self._save()
                    saved = self._clock.seconds

    def _step(self, phase: Phase, coming: Iterator[tuple[int, int, list[Row]]]) -> torch.Tensor:
        """Take one optimizer step; the loss per target token."""
        settings, place = self._settings, self._place
        taken = [next(coming) for _ in range(settings.accumulate)]
        count = sum(len(row.target) for _, _, batch in taken for row in batch)
        self._model.train()
        self._optimizer.zero_grad(set_to_none=True)
        total = torch.zeros((), device=self._device)
        for _, _, batch in taken:
            loss = self._loss(batch) / count
            loss.backward()
            total += loss.detach()
        torch.nn.utils.clip_grad_norm_(self._model.parameters(), settings.clip)
        place.step += 1
        for group in self._optimizer.param_groups:
            group["lr"] = rate(phase, place.step)
        self._optimizer.step()
        model.silence(self._model)
        place.number, place.batch = taken[-1][0], taken[-1][1] + 1
        place.tokens += count
        return total  # left where it is: asking for its value would make the GPU wait

    def _loss(self, batch: list[Row]) -> torch.Tensor:
        pad = self._vocabulary.pad
        source, target = (self._padded([row[side] for row in batch]) for side in (0, 1))
        heard = torch.cat([torch.full_like(target[:, :1], pad), target[:, :-1]], dim=1)
        with self._precision():
            logits = self._model(input_ids=source, attention_mask=source != pad, decoder_input_ids=heard).logits
        return functional.cross_entropy(
            logits.flatten(0, 1).float(),
            target.flatten(),
            ignore_index=pad,
            label_smoothing=self._settings.label_smoothing,
            reduction="sum",
        )

    def _padded(self, rows: list[list[int]]) -> torch.Tensor:
        width = max(map(len, rows))
        filled = [row + [self._vocabulary.pad] * (width - len(row)) for row in rows]
        return torch.tensor(filled).to(self._device, non_blocking=True)

    def _precision(self) -> AbstractContextManager[Any]:
        if not self._settings.bf16:
            return nullcontext()
        return torch.autocast(self._device.type, torch.bfloat16)

    def _validate(self, phase: Phase) -> None:
        """Score on the held-out pairs, and keep the weights to be averaged."""
        settings, place = self._settings, self._place
        note = {"phase": phase.name, "step": place.step, "seconds": round(place.seconds)}
        place.validations.append(note)
        if phase.name == "denoise":  # answers with what it reads: there is nothing to score yet
            return
        score = self._score()
        note["chrF"] = round(score, 2)
        place.worse = 0 if score > place.best else place.worse + 1
        place.best = max(place.best, score)
        self._clock.say(f"{settings.name}: {phase.name} {place.step}, chrF {score:.2f} on the held-out pairs")
        path = self._folder / "last" / f"{place.phase}-{place.step:07}.safetensors"
        files.write(path, lambda beside: save_file(model.weights(self._model), beside))
        for old in self._kept()[: -settings.average]:
            old.unlink()

    def _kept(self) -> list[Path]:
        """Weights after validations, in their order: of one phase, unless the next has just begun."""
        return sorted((self._folder / "last").glob("*.safetensors"))

    def _score(self) -> float:
        answers = greedy(self._model, self._vocabulary, [pair.arabic for pair in self._held_out], self._precision)
        return sacrebleu.corpus_chrf(answers, [[pair.english for pair in self._held_out]]).score

    def _fresh(self) -> torch.optim.AdamW:
        settings = self._settings
        return torch.optim.AdamW(
            self._model.parameters(),
            lr=0.0,
            betas=(0.9, 0.98),
            eps=1e-8,
            weight_decay=settings.weight_decay,
            fused=True,
        )

    def _save(self) -> None:
        state = {
            "digest": self._settings.digest,
            "model": model.weights(self._model),
            "optimizer": self._optimizer.state_dict(),
            "place": asdict(self._place),
            "random": torch.get_rng_state(),
            "random on cuda": torch.cuda.get_rng_state() if self._device.type == "cuda" else None,
        }
        files.write(self._folder / "state.pt", lambda beside: torch.save(state, beside))

    def _load(self) -> None:
        path = self._folder / "state.pt"
        state = torch.load(path, map_location=self._device, weights_only=True) if path.is_file() else None
        if state is None or state["digest"] != self._settings.digest:
            shutil.rmtree(self._folder, ignore_errors=True)  # of other settings
            return
        self._model.load_state_dict(state["model"], strict=False)
        self._model.tie_weights()
        self._optimizer.load_state_dict(state["optimizer"])
        self._place = Place(**state["place"])
        torch.set_rng_state(state["random"].cpu())
        if state["random on cuda"] is not None and self._device.type == "cuda":
            torch.cuda.set_rng_state(state["random on cuda"].cpu())


@torch.inference_mode()
def greedy(network: MarianMTModel, vocabulary: Vocabulary, texts: list[str], precision: Any) -> list[str]:  # noqa: ANN401 - makes a context
    """Translate by the most likely token each time: quick, and good enough to compare by."""
    network.eval()
    device = network.get_input_embeddings().weight.device
    rows = vocabulary.encode(texts)
    order = sorted(range(len(rows)), key=lambda n: len(rows[n]))
    answers = [""] * len(rows)
    for start in range(0, len(order), _DECODED):
        chosen = order[start : start + _DECODED]
        width = max(len(rows[n]) for n in chosen)
        given = torch.tensor([rows[n] + [vocabulary.pad] * (width - len(rows[n])) for n in chosen], device=device)
        with precision():
            said = network.generate(
                input_ids=given,
                attention_mask=given != vocabulary.pad,
                num_beams=1,
                do_sample=False,
                max_new_tokens=min(_LONGEST, 2 * width + 10),
                bad_words_ids=[[vocabulary.pad]],
            )
        for n, text in zip(chosen, vocabulary.decode(said[:, 1:].tolist()), strict=True):
            answers[n] = text
    return answers
