// SPDX-License-Identifier: GPL-2.0
/*
 * Runs all suites, or with arguments the tests whose "suite: name" contains
 * one of them.  Exit status 1 if a test failed.
 */
#include <stdarg.h>

#include "unit.h"

static void (*const suites[])(void) = {
	suite_btf,
	suite_btf_types,
	suite_layout,
	suite_mutation,
	suite_kernels,
	suite_freelist,
	suite_check,
	suite_classify,
	suite_ahead,
	suite_isolate,
	suite_fill,
};

#define MAX_COMPLAINTS	10	/* of one test; the rest is counted */

static char **filters;
static int nr_run, nr_failed, nr_skipped;

/* Of the running test. */
static int failures;
static char skip_reason[256];

static bool wanted(const char *line)
{
	char **f;

	for (f = filters; *f; f++)
		if (strstr(line, *f))
			return true;
	return f == filters;
}

static void run_one(const char *line, const struct unit_test *t)
{
	failures = 0;
	skip_reason[0] = 0;
	t->fn(t->arg);
	nr_run++;
	if (failures > MAX_COMPLAINTS)
		printf("# %d complaints in all\n", failures);
	printf("%sok %d - %s%s%s\n", failures ? "not " : "", nr_run, line,
	       skip_reason[0] ? " # SKIP " : "", skip_reason);
	nr_failed += !!failures;
	nr_skipped += !!skip_reason[0];
	fflush(stdout);
}

void unit_run(const char *suite, const struct unit_test *tests, size_t nr)
{
	char line[256];
	size_t i;

	for (i = 0; i < nr; i++) {
		snprintf(line, sizeof(line), "%s: %s", suite, tests[i].name);
		if (wanted(line))
			run_one(line, &tests[i]);
	}
}

void unit_skip(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(skip_reason, sizeof(skip_reason), fmt, args);
	va_end(args);
}

void unit_fail(const char *file, int line, const char *fmt, ...)
{
	va_list args;

	if (failures++ >= MAX_COMPLAINTS)
		return;
	va_start(args, fmt);
	printf("# %s:%d: ", file, line);
	vprintf(fmt, args);
	printf("\n");
	va_end(args);
}

bool unit_expect_eq(const char *file, int line, const char *what,
		    long long got, long long want)
{
	if (got == want)
		return true;
	unit_fail(file, line, "%s: found %lld, expected %lld", what, got, want);
	return false;
}

bool unit_expect_has(const char *file, int line, const char *got,
		     const char *part)
{
	if (strstr(got, part))
		return true;
	unit_fail(file, line, "found \"%s\", expected in it \"%s\"", got, part);
	return false;
}

int unit_failures(void)
{
	return failures;
}

int main(int argc, char **argv)
{
	size_t i;

	filters = argv + 1;
	printf("TAP version 13\n");
	for (i = 0; i < ARRAY_SIZE(suites); i++)
		suites[i]();
	printf("1..%d\n", nr_run);
	printf("# %d passed, %d failed, %d skipped\n",
	       nr_run - nr_failed - nr_skipped, nr_failed, nr_skipped);
	return nr_failed ? 1 : 0;
}
