/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A small frame for tests in user space that speaks TAP.
 *
 * Each test_WHAT.c has a table of tests and one function, suite_WHAT(), that
 * passes it to unit_run(); main.c lists them.  A test calls any number of
 * EXPECT*() and fails if one of them does; it goes on nevertheless.
 */
#ifndef _SLUBWATCH_UNIT_H
#define _SLUBWATCH_UNIT_H

#include "platform.h"

/* One for each test_WHAT.c; listed in main.c too. */
void suite_btf(void);
void suite_btf_types(void);
void suite_layout(void);
void suite_mutation(void);
void suite_kernels(void);
void suite_freelist(void);
void suite_check(void);
void suite_classify(void);
void suite_ahead(void);
void suite_isolate(void);
void suite_fill(void);

/**
 * struct unit_test - one line of output
 * @name:	what is asserted
 * @fn:		the test
 * @arg:	handed to @fn
 */
struct unit_test {
	const char *name;
	void (*fn)(const void *arg);
	const void *arg;
};

void unit_run(const char *suite, const struct unit_test *tests, size_t nr);

__printf(1, 2)
void unit_skip(const char *fmt, ...);

__printf(3, 4)
void unit_fail(const char *file, int line, const char *fmt, ...);

bool unit_expect_eq(const char *file, int line, const char *what,
		    long long got, long long want);
bool unit_expect_has(const char *file, int line, const char *got,
		     const char *part);

/* Number of failures of the running test so far. */
int unit_failures(void);

#define EXPECT(cond)							\
	((cond) ? true :						\
	 (unit_fail(__FILE__, __LINE__, "not true: %s", #cond), false))

#define EXPECT_EQ(got, want)						\
	unit_expect_eq(__FILE__, __LINE__, #got, (long long)(got), (long long)(want))

/* A text must have a part; "" matches any text. */
#define EXPECT_HAS(got, part)						\
	unit_expect_has(__FILE__, __LINE__, got, part)

#endif /* _SLUBWATCH_UNIT_H */
