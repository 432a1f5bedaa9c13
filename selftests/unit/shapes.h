/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The shapes of SLUB's structures, era by era, as text that tests can edit
 * before they build BTF from it.
 */
#ifndef _SLUBWATCH_UNIT_SHAPES_H
#define _SLUBWATCH_UNIT_SHAPES_H

#include "btf_build.h"
#include "layout.h"

#define SHAPE_MAX_LINES	256

/* One line: a structure or union if @owner is empty, else a member of it. */
struct shape_line {
	char owner[32];		/* (name) is an anonymous one */
	char name[32];		/* "-" is an unnamed member */
	char type[32];
	u32 offset;		/* of a structure: its size */
	u32 bit, bits;		/* of a bit-field, from @offset */
};

struct shape {
	struct shape_line lines[SHAPE_MAX_LINES];
	int nr;
};

/**
 * struct era - what is known of one kind of kernel
 * @name:	as slw_layout_era() has it, with more words behind it
 * @text:	for shape_parse()
 * @caps:	capabilities expected
 */
struct era {
	const char *name;
	const char *text;
	u32 caps;
};

extern const struct era eras[];
extern const int nr_eras;

/* What a field has no meaning without. */
enum gate { GATE_NONE, GATE_CPU_SLAB, GATE_CPU_PARTIAL, GATE_SHEAVES };

/**
 * struct field - what a field of struct slw_layout stands for
 * @optional:	SLUB_DEBUG, HARDENED and the like: any kernel may lack it
 * @owner, @member:	its place; @page_owner, @page_member before v5.17
 */
struct field {
	size_t at;
	const char *owner;
	const char *member;
	const char *page_owner;
	const char *page_member;
	bool optional;
	enum gate gate;
};

extern const struct field fields[];
extern const int nr_fields;

int field_get(const struct slw_layout *l, const struct field *f);

void shape_parse(struct shape *s, const char *text);
struct btf_file shape_file(const struct shape *s, u32 hdr_len);

/* The line of a member, however deep in unnamed ones; NULL if there is none. */
struct shape_line *shape_find(struct shape *s, const char *owner,
			      const char *member);
bool shape_has(const struct shape *s, const char *owner);

/* Byte offset of a member, or SLW_ABSENT; shape_field() minds the gates. */
int shape_offset(const struct shape *s, const char *owner, const char *member);
int shape_field(const struct shape *s, const struct field *f);

/* Line of a field, by either name. */
struct shape_line *shape_find_field(struct shape *s, const struct field *f);

void shape_drop(struct shape *s, struct shape_line *l);

/* More structures, behind the others. */
void shape_append(struct shape *s, const char *text);

/* Make room behind the members of all structures. */
void shape_grow(struct shape *s, u32 bytes);

#endif /* _SLUBWATCH_UNIT_SHAPES_H */
