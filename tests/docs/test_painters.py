"""What is told of a painter of the course when it has been trained."""

from types import SimpleNamespace

from course_utils.style.painter import Judged
from docs import painters


def test_the_costs_told_are_those_of_the_painter_that_is_kept(tmp_path, monkeypatch, capsys):
    history = [Judged(0, 0.0, 3.0, 2.0, 13.0), Judged(200, 20.0, 0.5, 0.25, 1.75), Judged(400, 40.0, 0.6, 0.3, 2.1)]
    monkeypatch.setattr(painters, "FOLDER", tmp_path)
    trained = SimpleNamespace(history=history, save=lambda file: None)
    monkeypatch.setattr(painters, "train_painter", lambda *given, **settings: trained)
    painters.main(["waves"])
    assert "200 steps, 20 s, content 0.500, style 0.250" in capsys.readouterr().out
