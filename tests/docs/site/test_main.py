"""What is said when the site is built."""

from docs.site import __main__ as site


def test_it_is_said_how_to_see_the_site_for_modules_are_not_loaded_from_files(tmp_path, monkeypatch, capsys):
    for name, place in (("ROOT", tmp_path), ("SOURCES", tmp_path / "sources"), ("SITE", tmp_path / "build" / "site")):
        monkeypatch.setattr(site, name, place)
    monkeypatch.setattr(site.sources, "write", lambda target: None)
    monkeypatch.setattr(site, "put_mathjax", lambda target: None)
    monkeypatch.setattr("sphinx.cmd.build.build_main", lambda arguments: 0)
    assert site.main() == 0
    assert "python -m http.server -d build/site" in capsys.readouterr().out
