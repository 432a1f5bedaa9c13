/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A bad word -> what kind of damage it looks like, and why.
 *
 * Values only: nothing is read but what the caller copied.  A word is looked at
 * twice if the list is hardened: as it is stored, which is what a stray write
 * leaves, and decoded, which is what SLUB itself would have put there.
 *
 * Nothing is said more strongly than it is certain: see &enum slw_certainty.
 */
#ifndef _SLUBWATCH_CORE_CLASSIFY_H
#define _SLUBWATCH_CORE_CLASSIFY_H

#include "text.h"
#include "types.h"

/*
 * Every class of damage: identifier, detector, stable name, sentence.  Of what
 * is equally certain, the one further up is named first.
 */
#define SLW_CLASSES(X) \
	X(SINGLE_BIT, single_bit, "single-bit", \
	  "Exactly one bit differs from a valid pointer") \
	X(BYTE_ZEROED, byte_zeroed, "byte-zeroed", \
	  "One byte is zero that is not zero in a valid pointer") \
	X(BYTE_CHANGED, byte_changed, "byte-changed", \
	  "Exactly one byte differs from a valid pointer") \
	X(USB, usb, "usb-descriptor", \
	  "A USB descriptor was written over it") \
	X(DMA, dma, "dma-header", \
	  "A header that devices write was written over it") \
	X(LIST_POISON, list_poison, "list-poison", \
	  "A poison pointer of the kernel's, or a field at an offset from one") \
	X(SLAB_POISON, slab_poison, "slab-poison", \
	  "The pattern of a poisoned or red-zoned slab object") \
	X(PAGE_POISON, page_poison, "page-poison", \
	  "The pattern of a poisoned free page") \
	X(DEADBEEF, deadbeef, "deadbeef", \
	  "0xdeadbeef, a driver's or a test's mark") \
	X(UTF16, utf16, "utf16", \
	  "Text in UTF-16LE was written over it") \
	X(ASCII, ascii, "ascii", \
	  "Text was written over it") \
	X(FILL, fill, "fill", \
	  "One byte fills it all") \
	X(VALID_TARGET, valid_target, "valid-target", \
	  "It leads to an object of its own slab: skipped, looped or doubled") \
	X(ZERO, zero, "zero", \
	  "All of it is zero") \
	X(SMALL_CHANGE, small_change, "small-change", \
	  "A little was added to a valid pointer, or taken off") \
	X(HIGH_HALF, high_half, "high-half", \
	  "The high half of a valid pointer was replaced") \
	X(LOW_HALF, low_half, "low-half", \
	  "The low half of a valid pointer was replaced") \
	X(BYTES, bytes, "bytes-replaced", \
	  "Up to four neighbouring bytes of a valid pointer were replaced") \
	X(SMALL_NUMBER, small_number, "small-number", \
	  "A number of up to 16 bits") \
	X(ERROR_POINTER, error_pointer, "error-pointer", \
	  "A negative error number, as ERR_PTR() has it") \
	X(KERNEL_POINTER, kernel_pointer, "kernel-pointer", \
	  "A kernel address that is not an object of the slab") \
	X(USER_ADDRESS, user_address, "user-address", \
	  "An address of user space") \
	X(NOISE, noise, "noise", \
	  "A hardened link that decodes to no address: it was overwritten") \
	X(RANDOM, random, "random", \
	  "Nothing that is known fits")

enum slw_class {
#define SLW_CLASS_ENUM(id, fn, name, text)	SLW_CLASS_##id,
	SLW_CLASSES(SLW_CLASS_ENUM)
#undef SLW_CLASS_ENUM
	SLW_NR_CLASSES
};

/**
 * enum slw_certainty - how strongly something is said
 * @SLW_NOT:		it is not so
 * @SLW_POSSIBLE:	fits, as chance or other causes often do
 * @SLW_CONSISTENT:	fits, and hardly by chance; another cause is possible
 * @SLW_CERTAIN:	what the bytes themselves show, whatever the cause
 */
enum slw_certainty {
	SLW_NOT,
	SLW_POSSIBLE,
	SLW_CONSISTENT,
	SLW_CERTAIN,
};

/**
 * enum slw_damaged - what the bad word is
 * @SLW_DAMAGED_LINK:	the free pointer in an object, encoded if hardened
 * @SLW_DAMAGED_HEAD:	a freelist's head, never encoded
 * @SLW_DAMAGED_ENTRY:	a sheaf's entry, never encoded and never NULL
 */
enum slw_damaged {
	SLW_DAMAGED_LINK,
	SLW_DAMAGED_HEAD,
	SLW_DAMAGED_ENTRY,
};

/**
 * enum slw_pointee - what the caller found at an address
 * @SLW_POINTEE_UNKNOWN: it did not look
 * @SLW_POINTEE_NOTHING: none of those below
 * @SLW_POINTEE_MEMORY:	memory in the direct map, but none of those below
 * @SLW_POINTEE_OBJECT:	an object begins there
 * @SLW_POINTEE_INSIDE:	it is in an object, or behind it and before the next
 * @SLW_POINTEE_FREE_PAGE: it is in a page that the page allocator has as free
 * @SLW_POINTEE_SYMBOL:	it is in the kernel's or a module's text or data
 */
enum slw_pointee {
	SLW_POINTEE_UNKNOWN,
	SLW_POINTEE_NOTHING,
	SLW_POINTEE_MEMORY,
	SLW_POINTEE_OBJECT,
	SLW_POINTEE_INSIDE,
	SLW_POINTEE_FREE_PAGE,
	SLW_POINTEE_SYMBOL,
};

#define SLW_POINTED_NAME	64	/* bytes of a name, with its NUL */

/**
 * struct slw_pointed - what is at an address
 * @what:	kind of it
 * @index:	the object's place in its slab
 * @offset:	bytes from the object's start
 * @name:	of the cache, or "symbol+0x12/0x34 [module]"; may be empty
 */
struct slw_pointed {
	enum slw_pointee what;
	u32 index;
	u32 offset;
	char name[SLW_POINTED_NAME];
};

/**
 * struct slw_damage - a bad word and what is known around it
 * @what:	what the word is
 * @raw:	the word as it stands in memory
 * @decoded:	what the kernel makes of it; the same if it is not encoded.  The
 *		key is not asked for: it is the difference of the two
 * @slot:	address of the word, or another number that tells it from all others;
 *		0 if there is none
 * @first:	address of the slab's first object
 * @size:	bytes from object to object
 * @objects:	objects in the slab, 0 if the slab is not known
 * @expected:	what ought to be there, if @known; the slab is not asked then
 * @known:	@expected is
 * @pointee:	what is at @decoded
 * @raw_pointee: what is at @raw, if that is not the same
 * @window:	copy of the memory around the word, or of anything else
 * @window_start: address of its first byte
 * @window_len:	bytes in it.  It is used only where it holds @raw at @slot
 */
struct slw_damage {
	enum slw_damaged what;
	unsigned long raw;
	unsigned long decoded;
	unsigned long slot;
	unsigned long first;
	u32 size;
	u32 objects;
	unsigned long expected;
	bool known;
	struct slw_pointed pointee;
	struct slw_pointed raw_pointee;
	const u8 *window;
	unsigned long window_start;
	u32 window_len;
};

#define SLW_OBSERVATIONS	4	/* the strongest are kept */
#define SLW_OBSERVATION_TEXT	104	/* bytes, with the NUL */

/**
 * struct slw_observation - one thing that is true of a bad word
 * @class:	what it looks like
 * @certainty:	how strongly that is said
 * @text:	the reasoning, for people
 */
struct slw_observation {
	enum slw_class class;
	enum slw_certainty certainty;
	char text[SLW_OBSERVATION_TEXT];
};

/**
 * struct slw_diagnosis - what a bad word looks like
 * @expected:	the pointer it most likely was, decoded; see @candidates
 * @expected_raw: the same as it would be stored
 * @candidates:	pointers that it may have been equally well: with 1 @expected is
 *		the only one, with 0 it is merely the nearest by bits and means
 *		nothing, or nothing at all is known to compare with
 * @xor:	bits that differ from it (the same stored and decoded)
 * @bits:	how many
 * @nr:		observations made, at least one
 * @seen:	them, strongest first
 */
struct slw_diagnosis {
	unsigned long expected;
	unsigned long expected_raw;
	u32 candidates;
	unsigned long xor;
	u32 bits;
	u32 nr;
	struct slw_observation seen[SLW_OBSERVATIONS];
};

/**
 * slw_classify() - tell what a bad word looks like
 * @d:		the word; one that a verdict found bad, never a healthy one
 * @dx:		filled; half a KiB, so not for a stack
 *
 * The nearest valid pointer is sought among NULL and all other objects of the slab,
 * so the time is in proportion to those: microseconds for most, up to some
 * milliseconds for the largest slabs.
 *
 * Context: any, but not under a lock that others wait for.
 */
void slw_classify(const struct slw_damage *d, struct slw_diagnosis *dx);

/**
 * slw_say_pointed() - words for what is at an address
 * @t:	said there, unless there is nothing to say
 * @p:	what is there
 *
 * Return: true if something was said.
 */
bool slw_say_pointed(struct slw_text *t, const struct slw_pointed *p);

/**
 * slw_class_name() - the stable name of a class
 * @class: any value
 *
 * Return: a constant string, "?" for a value out of range.
 */
const char *slw_class_name(enum slw_class class);

/**
 * slw_class_sentence() - what a class means
 * @class: any value
 *
 * Return: a constant string, "?" for a value out of range.
 */
const char *slw_class_sentence(enum slw_class class);

/**
 * slw_certainty_name() - the words that go before a class's name
 * @certainty: any value
 *
 * Return: "is", "consistent with" or "perhaps"; "not" otherwise.
 */
const char *slw_certainty_name(enum slw_certainty certainty);

#endif /* _SLUBWATCH_CORE_CLASSIFY_H */
