// SPDX-License-Identifier: GPL-2.0
/*
 * The BTF of real kernels: those of qemu/kernels.tbl that are in the cache,
 * and the running one.  What each must have is the table's column
 * "capabilities"; where its members are, a second reader is asked.
 */
#include <stdlib.h>

#include "oracle.h"
#include "unit.h"

#define TABLE		"../../qemu/kernels.tbl"
#define MAX_COLUMNS	16
/* Without lockdep, and not PREEMPT_RT. */
#define LOCAL_TRYLOCK_SIZE	1

/* One row of the table; the strings are in @line. */
struct row {
	char line[512];
	const char *name;
	const char *caps;
};

static const char *env_or(const char *name, const char *other)
{
	const char *value = getenv(name);

	return value && *value ? value : other;
}

static void btf_path(char *path, size_t size, const char *kernel)
{
	const char *cache = env_or("SLUBWATCH_CACHE", NULL);
	const char *xdg = env_or("XDG_CACHE_HOME", NULL);

	if (cache)
		snprintf(path, size, "%s/kernels/%s/btf", cache, kernel);
	else if (xdg)
		snprintf(path, size, "%s/slubwatch/kernels/%s/btf", xdg, kernel);
	else
		snprintf(path, size, "%s/.cache/slubwatch/kernels/%s/btf",
			 env_or("HOME", ""), kernel);
}

/* "a,b" -> mask; names that are no capability fail the test. */
static u32 parse_caps(const char *list)
{
	char copy[256], *name, *save = NULL;
	u32 caps = 0;
	u32 bit;

	snprintf(copy, sizeof(copy), "%s", list);
	for (name = strtok_r(copy, ",", &save); name; name = strtok_r(NULL, ",", &save)) {
		for (bit = 0; bit < SLW_NR_CAPS; bit++)
			if (!strcmp(name, slw_cap_names[bit]))
				break;
		if (bit == SLW_NR_CAPS)
			unit_fail(__FILE__, __LINE__, "no capability %s", name);
		else
			caps |= 1u << bit;
	}
	return caps;
}

static void print_caps(const struct slw_layout *l)
{
	u32 bit;

	printf("# era %s:", slw_layout_era(l));
	for (bit = 0; bit < SLW_NR_CAPS; bit++)
		if (l->caps & 1u << bit)
			printf(" %s", slw_cap_names[bit]);
	printf("\n");
}

/* Resolve a file; false if it was refused, and why is in @err. */
static bool resolve(const struct btf_file *f, struct slw_layout *l,
		    struct slw_layout_error *err)
{
	struct opened o;
	int ret;

	ret = file_open(f, &o);
	if (ret)
		snprintf(err->what, sizeof(err->what), "%s", o.err.what);
	else
		ret = slw_layout_resolve(&o.btf, l, err);
	file_close(&o);
	return !ret;
}

static void expect_truncated(const struct btf_file *f)
{
	const int parts = 8;
	int i;

	for (i = 0; i < parts; i++) {
		struct btf_file part = file_copy(f, f->len / (size_t)parts * (size_t)i + 1);
		struct opened o;

		EXPECT_EQ(file_open(&part, &o), -EINVAL);
		close_built(&part, &o);
	}
}

/* The name @name of the file becomes another; false if it has no such name. */
static bool rename_all(struct btf_file *f, const char *name)
{
	size_t size = strlen(name) + 1, at;
	u8 *strs = f->data + file_word(f, 4) + file_word(f, 16);
	size_t len = file_word(f, 20);

	for (at = 1; at + size <= len; at++) {
		if (!strs[at - 1] && !memcmp(strs + at, name, size)) {
			strs[at] = '?';
			return true;
		}
	}
	return false;
}

/* Without one of its members it is refused by that name, or has less to offer. */
static void expect_refused_without(const struct btf_file *f,
				   const struct slw_layout *whole,
				   const struct field *field)
{
	struct btf_file other = file_copy(f, f->len);
	struct slw_layout_error err = {};
	/* The structure has that name too, and is then looked for as page. */
	const char *missed = strcmp(field->member, "slab") ? field->member : "page";
	struct slw_layout l;

	if (!EXPECT(rename_all(&other, field->member)))
		unit_fail(__FILE__, __LINE__, "no name %s", field->member);
	else if (!resolve(&other, &l, &err))
		EXPECT_HAS(err.what, missed);
	else if (field_get(&l, field) != SLW_ABSENT || l.caps & ~whole->caps)
		unit_fail(__FILE__, __LINE__, "%s.%s: not missed", field->owner,
			  field->member);
	file_free(&other);
}

/*
 * Both a CPU's own slabs and sheaves: 6.18 and 6.19, of which the archive has
 * nothing to build a module with.
 */
static void check_hybrid(const struct btf_file *f, const struct slw_layout *l)
{
	int i;

	/* Both a local_trylock_t: see slw_cpu_lock(). */
	EXPECT_EQ(l->cpu.lock_size, l->pcs.lock_size);
	for (i = 0; i < nr_fields; i++)
		if (field_get(l, &fields[i]) != SLW_ABSENT)
			expect_refused_without(f, l, &fields[i]);
}

static void check_kernel(const struct btf_file *f, const char *caps)
{
	struct slw_layout_error err;
	struct slw_layout l;
	bool good = resolve(f, &l, &err);

	expect_truncated(f);
	if (!good)
		printf("# refused: %s\n", err.what);
	EXPECT_EQ(good, strcmp(caps, "none") != 0);
	if (!good)
		return;
	print_caps(&l);
	oracle_check(f, &l);
	if (strcmp(caps, "-"))
		EXPECT_EQ(l.caps, parse_caps(caps));
	if (l.caps & SLW_CAP_CPU_SLAB && l.caps & SLW_CAP_SHEAVES)
		check_hybrid(f, &l);
	else if (slw_has(l.cpu.lock))
		EXPECT(l.cpu.lock_size != LOCAL_TRYLOCK_SIZE);
}

static void test_row(const void *arg)
{
	const struct row *row = arg;
	struct btf_file f;
	char path[4096];

	btf_path(path, sizeof(path), row->name);
	if (!file_read(&f, path))
		unit_skip("not in the cache");
	else
		check_kernel(&f, row->caps);
	file_free(&f);
}

static void test_running(const void *arg)
{
	struct slw_layout_error err;
	struct slw_layout l;
	struct btf_file f;

	if (!file_read(&f, "/sys/kernel/btf/vmlinux")) {
		unit_skip("no BTF of the running kernel");
	} else if (!resolve(&f, &l, &err)) {
		unit_skip("not supported: %s", err.what);
	} else {
		print_caps(&l);
		oracle_check(&f, &l);
	}
	file_free(&f);
}

static int split(char *line, char **columns)
{
	char *save = NULL;
	int nr = 0;

	for (line = strtok_r(line, " \t\n", &save); line && nr < MAX_COLUMNS;
	     line = strtok_r(NULL, " \t\n", &save))
		columns[nr++] = line;
	return nr;
}

/* The line "# name ..." names the columns; -1 if this is not it. */
static int find_caps_column(const char *line)
{
	char copy[512], *columns[MAX_COLUMNS];
	int nr, i;

	snprintf(copy, sizeof(copy), "%s", line);
	nr = split(copy, columns);
	if (nr < 3 || strcmp(columns[0], "#") || strcmp(columns[1], "name") ||
	    strcmp(columns[2], "suites"))
		return -1;
	for (i = 0; i < nr; i++)
		if (!strcmp(columns[i], "capabilities"))
			return i - 1;
	return -1;
}

static void run_row(char *line, int caps_column)
{
	struct unit_test t = { .fn = test_row };
	char *columns[MAX_COLUMNS];
	struct row row;
	int nr;

	snprintf(row.line, sizeof(row.line), "%s", line);
	nr = split(row.line, columns);
	if (!nr || columns[0][0] == '#')
		return;
	row.name = columns[0];
	row.caps = caps_column > 0 && caps_column < nr ? columns[caps_column] : "-";
	t.name = row.name;
	t.arg = &row;
	unit_run("kernels", &t, 1);
}

static void test_no_table(const void *arg)
{
	unit_skip("no " TABLE);
}

void suite_kernels(void)
{
	const struct unit_test running = { "the running one", test_running, NULL };
	const struct unit_test no_table = { "those of the table", test_no_table, NULL };
	FILE *table = fopen(env_or("KERNELS_TBL", TABLE), "r");
	int caps_column = -1;
	char line[512];

	unit_run("kernels", &running, 1);
	if (!table) {
		unit_run("kernels", &no_table, 1);
		return;
	}
	while (fgets(line, sizeof(line), table)) {
		if (caps_column < 0)
			caps_column = find_caps_column(line);
		run_row(line, caps_column);
	}
	fclose(table);
}
