# 颐家 Yijia. `make` lists what there is; `make demo` and `make test` are the two that matter.

REGION ?= CN-441900
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
PO := $(wildcard yijia/*/locale/*/LC_MESSAGES/*.po yijia/*/*/locale/*/LC_MESSAGES/*.po)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore
PIP := $(BIN)/python -m pip install --quiet --no-warn-script-location

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo reset test lint format shots vendor words bench lock FORCE

help:  ## 列出全部目标  List every target
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))
	@echo '  例 Examples: make demo REGION=CN-500000    make demo ARGS="--no-serve --json"    make test PYTEST_ARGS=tests/core'

setup: $(VENV)/.words  ## 建立虚拟环境并安装  Make the virtual environment and install Yijia

demo: setup  ## 运行一个县的一天并打开网站  Run a county for a day and serve it (REGION, ARGS)
	@$(BIN)/yijia demo --region $(REGION) $(ARGS)

reset: setup  ## 停止内置数据库，删除 .yijia  Stop the embedded database and forget all local data
	@$(BIN)/yijia reset --yes

test: setup-dev  ## 全部检查与测试  Every check and every test
	@$(BIN)/python -m tests.run $(PYTEST_ARGS)

lint: setup-dev  ## 快速检查  The fast checks only
	@$(BIN)/python -m tests.run --fast

format: setup-dev  ## 统一代码格式  Format the code
	@$(BIN)/ruff check --quiet --fix-only . && $(BIN)/ruff format .

words: setup  ## 编译英文词条  Compile the catalogues
	@$(BIN)/yijia words compile

vendor: setup  ## 按哈希重取网页组件  Fetch vendored scripts and styles again, by hash (needs npm)
	@$(BIN)/yijia vendor --fetch

shots: setup-dev  ## 重拍文档截图  Take the screenshots of the documents again
	@$(BIN)/python -m tests.browser && $(BIN)/yijia shots

bench: setup  ## 测速  Measure speed
	@$(BIN)/yijia bench api && $(BIN)/yijia bench loop

lock:  ## 重新锁定依赖（需 uv）  Lock dependencies again (needs uv)
	@for extra in "" dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-annotate --extra build $${extra:+--extra $$extra -c requirements.txt} pyproject.toml \
	    -o requirements$${extra:+-$$extra}.txt || exit 1; \
	done

# --- how setup is done; each stamp is remade only when what it stands on changed

setup-dev: $(VENV)/.dev $(VENV)/.words

# A copied or moved folder would run the code of its old place: its environment is made again.
ifneq ($(shell cat $(VENV)/.place 2>/dev/null),$(CURDIR))
$(VENV)/.place: FORCE
endif
FORCE:

$(VENV)/.place:
	@for name in python3.13 python3.12 python3.11 python3; do \
	  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found=$$name; break; fi; \
	done; \
	if [ -z "$$found" ]; then echo '需要 Python 3.11 或更新版本 (Python 3.11 or newer is needed)' >&2; exit 1; fi; \
	echo "建立 $(VENV) (making it with $$found) ..."; \
	if ! $$found -m venv --clear $(VENV) >/dev/null; then \
	  echo '无法建立虚拟环境；Debian/Ubuntu: apt-get install python3-venv (venv is missing)' >&2; rm -rf $(VENV); exit 1; \
	fi; \
	printf '%s' '$(CURDIR)' > $@

$(VENV)/.main: $(VENV)/.place requirements.txt pyproject.toml
	@echo '安装依赖 (installing locked packages) ...'
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.main requirements-dev.txt
	@echo '安装测试工具 (installing locked tools) ...'
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/.words: $(VENV)/.main $(PO)
	@$(BIN)/yijia words compile
	@touch $@
