# Two commands do everything on a fresh machine: `make quickstart` and `make test`. `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help quickstart build test test-thorough test-api test-cluster bench bench-cluster dist images format openapi clean

# A JDK 25 is looked for in JAVA_HOME and the usual places; the script says how to get one if there is none.
# The option keeps a JDK 25 from warning about what libraries of the build still do.
JDK = JAVA_HOME="$$(scripts/find-jdk)" && MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow $$MAVEN_OPTS" && export JAVA_HOME MAVEN_OPTS
# psql is taken from PATH or the usual places, else fetched into build/psql where that is possible.
PSQL = SQLRS_PSQL="$$(scripts/find-psql)" && export SQLRS_PSQL
MVN = ./mvnw

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

quickstart: ## build what is needed, prepare examples/ for real, query it, and prepare it again from the cache
	@$(JDK) && $(PSQL) && scripts/build && scripts/quickstart

build: ## build sqlrs; ./sqlrs runs it
	@$(JDK) && scripts/build

test: ## every test that needs no cluster
	@rm -rf */target/surefire-reports */target/failsafe-reports
	@$(JDK) && $(PSQL) && $(MVN) verify $(THOROUGH) -Dtest.tmpdir="$$(scripts/test-tmpdir)" || { scripts/failed-tests; exit 1; }

test-thorough: THOROUGH = -Dtaidon.test.thorough=true
test-thorough: test ## the same on every snapshot backend, where otherwise some stand for all; before a release

test-api: ## the tests that want a Kubernetes API server of their own (TAIDON_TEST_KUBE: the directory of kube-apiserver; etcd)
	@$(JDK) && $(MVN) test -pl crds,node,operator,gateway -am -Dgroups=api-server -Dtest.tmpdir="$$(scripts/test-tmpdir)"

test-cluster: ## the end-to-end suite, on the cluster of KUBECONFIG (docs/end-to-end.md)
	@$(JDK) && scripts/test-cluster

bench: ## benchmarks, each beside its floor
	@$(JDK) && $(PSQL) && scripts/build && scripts/bench

bench-cluster: ## a DbInstance to its first row beside a bare PostgreSQL pod, on the cluster of KUBECONFIG
	@$(JDK) && scripts/bench-cluster

dist: ## the archive that users unpack, in build/
	@$(JDK) && scripts/build && scripts/dist

images: ## the images of the cluster; scripts/images says what can be chosen
	@$(JDK) && scripts/images

format: ## format the Java sources
	@$(JDK) && $(MVN) -q spotless:apply

openapi: ## update docs/openapi.yaml from the server
	@$(JDK) && scripts/update-openapi

clean: ## remove everything that was built
	@$(JDK) && $(MVN) -q clean && rm -rf build
