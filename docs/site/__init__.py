"""The web site of the course: pages made from what is committed, `make site`. Nothing on them asks anybody but the site.

- `places`: which file of the course is which page, and where its links lead
- `figures`: a figure of a notebook as the page has it, with its description
- `lessons`: a notebook made ready for its page
- `glossary`: terms and symbols
- `formulas`: the sheet of formulas, as a page and as a PDF
- `reference`: the package, from its docstrings
- `results`: what the benchmarks have measured
- `conformance`: how the site keeps WCAG 2.1 AA, and what the tests say of it
- `home`: the first page
- `sources`: all that Sphinx makes pages of
- `conf`: the settings of Sphinx
- `serving`, `screenshots`: the site in a browser on this machine
"""
