/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes of BTF -> type, member, offset, size.
 *
 * The bytes are not trusted: a truncated, cyclic or corrupt file gives an
 * error, never a read outside of it, an endless loop or deep recursion.
 * Nothing is allocated here; the caller lends the memory of the index:
 *
 *	slw_btf_open(&btf, data, len, &err);
 *	index = kvmalloc_array(btf.nr_types, sizeof(*index), GFP_KERNEL);
 *	slw_btf_index(&btf, index, btf.nr_types, &err);
 *
 * @data and the index must outlive every lookup.
 */
#ifndef _SLUBWATCH_CORE_BTF_H
#define _SLUBWATCH_CORE_BTF_H

#include "platform.h"

/* Kinds of BTF types, as numbered in the file; the names are BTF's own. */
enum slw_btf_kind {
	SLW_BTF_VOID = 0,
	SLW_BTF_INT = 1,
	SLW_BTF_PTR = 2,
	SLW_BTF_ARRAY = 3,
	SLW_BTF_STRUCT = 4,
	SLW_BTF_UNION = 5,
	SLW_BTF_ENUM = 6,
	SLW_BTF_FWD = 7,
	SLW_BTF_TYPEDEF = 8,
	SLW_BTF_VOLATILE = 9,
	SLW_BTF_CONST = 10,
	SLW_BTF_RESTRICT = 11,
	SLW_BTF_FUNC = 12,
	SLW_BTF_FUNC_PROTO = 13,
	SLW_BTF_VAR = 14,
	SLW_BTF_DATASEC = 15,
	SLW_BTF_FLOAT = 16,
	SLW_BTF_DECL_TAG = 17,
	SLW_BTF_TYPE_TAG = 18,
	SLW_BTF_ENUM64 = 19,
	SLW_BTF_NR_KINDS
};

/**
 * struct slw_btf - an opened BTF file
 * @types:	type section
 * @strs:	string section; its first and last bytes are 0
 * @shapes:	layout section: sizes of the kinds known to who wrote the file
 * @index:	lent by the caller: offset in @types of each type id
 * @types_len:	bytes in @types
 * @strs_len:	bytes in @strs
 * @nr_shapes:	elements in @shapes
 * @nr_types:	type ids run from 0 (void) to @nr_types - 1
 */
struct slw_btf {
	const u8 *types;
	const char *strs;
	const u8 *shapes;
	const u32 *index;
	u32 types_len;
	u32 strs_len;
	u32 nr_shapes;
	u32 nr_types;
};

/**
 * struct slw_btf_error - why a file was refused
 * @what:	one line without a newline
 */
struct slw_btf_error {
	char what[96];
};

/**
 * struct slw_btf_member - where a member lies in the structure asked for
 * @type:	type id, modifiers (const, typedef, ...) already skipped
 * @offset:	byte offset; of a bit-field, of the byte its first bit is in
 * @size:	bytes; of a bit-field, of its declared type
 * @bit_offset:	the same offset in bits
 * @bits:	width of a bit-field, 0 if the member is none
 */
struct slw_btf_member {
	u32 type;
	u32 offset;
	u32 size;
	u32 bit_offset;
	u32 bits;
};

/**
 * slw_btf_open() - check the header and count the types
 * @btf:	filled on success
 * @data:	the file, of any alignment
 * @len:	bytes in @data
 * @err:	filled on failure
 *
 * Lookups need slw_btf_index() first.
 *
 * Return: 0, or -EINVAL if this is not BTF of this machine's byte order, is
 * cut short or has a kind that neither we nor the file's layout section know.
 */
int slw_btf_open(struct slw_btf *btf, const void *data, size_t len,
		 struct slw_btf_error *err);

/**
 * slw_btf_index() - note where each type is
 * @btf:	opened
 * @index:	memory for @nr offsets, kept in @btf
 * @nr:		at least @btf->nr_types
 * @err:	filled on failure
 *
 * Return: 0, or -EINVAL if @nr is too small.
 */
int slw_btf_index(struct slw_btf *btf, u32 *index, u32 nr,
		  struct slw_btf_error *err);

/**
 * slw_btf_next_struct() - find a structure or union by name
 * @btf:	indexed
 * @name:	without the word "struct"
 * @after:	id to search behind; 0 to begin
 *
 * BTF may define a name more than once; call again with the last answer to
 * see the others.  Forward declarations are a kind of their own and never
 * found.
 *
 * Return: type id, or 0 if there is none (left).
 */
u32 slw_btf_next_struct(const struct slw_btf *btf, const char *name, u32 after);

/**
 * slw_btf_member() - find a member by name
 * @btf:	indexed
 * @type:	id of a structure or union
 * @name:	member; looked for in unnamed members too, at any depth
 * @m:		filled on success
 *
 * Return: 0, -ENOENT if there is no such member, -ELOOP if members are nested
 * without end, -EINVAL if the file contradicts itself.
 */
int slw_btf_member(const struct slw_btf *btf, u32 type, const char *name,
		   struct slw_btf_member *m);

/**
 * slw_btf_resolve() - skip typedefs, qualifiers and tags
 * @btf:	indexed
 * @type:	type id
 * @res:	first type that is none of those; 0 is void
 *
 * Return: 0, -ELOOP for a chain without an end, -EINVAL for a bad id.
 */
int slw_btf_resolve(const struct slw_btf *btf, u32 type, u32 *res);

/**
 * slw_btf_size() - size of a type
 * @btf:	indexed
 * @type:	type id; modifiers are skipped
 * @size:	in bytes; a pointer has this machine's
 *
 * Return: 0, -ELOOP as slw_btf_resolve(), -EINVAL if the type has no size
 * (void, a function, a forward declaration) or one of 2 GB or more.
 */
int slw_btf_size(const struct slw_btf *btf, u32 type, u32 *size);

/**
 * slw_btf_array() - what an array is made of
 * @btf:	indexed
 * @type:	type id; modifiers are skipped
 * @elem:	type of one element, modifiers skipped
 * @count:	number of elements, 0 for a flexible array
 *
 * Return: 0, -EINVAL if @type is no array, -ELOOP as slw_btf_resolve().
 */
int slw_btf_array(const struct slw_btf *btf, u32 type, u32 *elem, u32 *count);

/**
 * slw_btf_kind() - kind of a type
 * @btf:	indexed
 * @type:	type id, taken as it is
 *
 * Return: enum slw_btf_kind, possibly one we have no name for, or -EINVAL for
 * a bad id.
 */
int slw_btf_kind(const struct slw_btf *btf, u32 type);

/**
 * slw_btf_kind_name() - a kind for people
 * @kind:	as returned by slw_btf_kind()
 *
 * Return: a name in lower case, never NULL.
 */
const char *slw_btf_kind_name(int kind);

#endif /* _SLUBWATCH_CORE_BTF_H */
