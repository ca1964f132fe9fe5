# One-word tasks. Each is a command that you could type as well.
.PHONY: demo test check format renew bench

demo:    ## play both sides in the browser
	uv run bot.py demo
test:    ## all tests
	uv run pytest
check:   ## lint, format and types
	uv run ruff check && uv run ruff format --check && uv run --isolated --extra train mypy
format:  ## let the formatter do it
	uv run ruff check --fix && uv run ruff format
renew:   ## newest versions into the pins
	uv run tools/pins.py
bench:   ## what is measured
	uv run -m benchmarks.message_cost
