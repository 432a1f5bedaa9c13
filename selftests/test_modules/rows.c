// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of damage, by the names of the field cases they replay, and what
 * slubwatch must say of it at each place.
 */
#include "inject.h"

#define OWN	BIT(INJ_OWN)
#define OWNS	(BIT(INJ_OWN) | BIT(INJ_OWN_CTOR))
#define LARGE	BIT(INJ_OWN_LARGE)
#define KM_192	BIT(INJ_KMALLOC_192)
#define KM_256	BIT(INJ_KMALLOC_256)
#define ALL	(OWNS | KM_192 | KM_256)

#define P(place)	BIT(SLUBWATCH_PLACE_##place)

#define PARTIALS	(P(CPU_PARTIAL) | P(NODE_PARTIAL))
#define SLABS		(P(CPU_SLAB) | PARTIALS)
#define CHAINS		(P(CPU_FREELIST) | SLABS)
#define PCS		(P(SHEAF_MAIN) | P(SHEAF_SPARE))
#define SHEAVES		(PCS | P(SHEAF_RCU) | P(BARN_FULL))

#define SAYS(kind)	.says = SLUBWATCH_KIND_##kind
#define ALSO(kind)	.also_says = SLUBWATCH_KIND_##kind

/*
 * A chain that is only too short, or too long, is silent on the cpu freelist:
 * that has no count of its own, its objects are in use as far as slab.inuse
 * goes.
 */

/* "\x38\x03" "Vir" in UTF-16LE: a USB string descriptor, as memory has it. */
#define USB_TEXT	0x0072006900560338ul
/* A USB LANGID descriptor, four bytes. */
#define USB_LANGID	0x04090304ul

const struct row inj_rows[] = {
	{ "a1-text", ALL, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = USB_TEXT },
	{ "a1-same", OWN, SAYS(FREEPTR), .at = P(NODE_PARTIAL), .near = true,
	  .act = act_same, .arg = USB_TEXT },
	{ "a1-decoded", OWNS | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_decoded, .arg = USB_TEXT },
	{ "a2-langid", OWN | KM_192, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_overlay, .arg = 0 },
	{ "a2-langid-62", OWN | KM_192, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_overlay, .arg = 2 },
	{ "a2-langid-miss", OWN | KM_192, .silent = CHAINS,
	  .act = act_miss, .arg = USB_LANGID },
	{ "a3-byte5", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_zero_byte, .arg = 5 },
	{ "a3-byte5-raw", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_zero_raw_byte, .arg = 5 },

	/* "`rlayfs/", as a register held it. */
	{ "a4-text", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0x2f736679616c7260ul },

	{ "b1-ascii", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0x6e652f323a302d74ul },	/* "t-0:2/en" */
	{ "b2-garbage", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_noise },
	{ "b3-low-byte", OWNS | KM_192 | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_zero_raw_byte, .arg = 0 },
	{ "b4-zero", OWN | KM_256, .needs = SLW_CAP_HARDENED,
	  SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0 },
	{ "b4-end", OWNS, SAYS(COUNT), .at = SLABS,
	  .silent = P(CPU_FREELIST),
	  .link = link_decoded, .arg = 0 },
	{ "b5-bit3", OWNS | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_flip, .arg = 3 },
	/* Or, in a slab larger than a page, the first bit above the slab. */
	{ "b5-bit12", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_flip_order },
	{ "b5-bit62", OWNS | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_flip, .arg = 62 },
	{ "b5-next-slot", OWN, SAYS(COUNT), .at = SLABS,
	  .silent = P(CPU_FREELIST),
	  .link = link_flip_ahead },
	{ "b5-next-slot-back", OWN,
	  SAYS(CYCLE), .at = CHAINS,
	  .link = link_flip_back },
	{ "b5-next-slot-used", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .act = act_used, .arg = USB_TEXT },
	{ "b6-list-poison", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0xdead000000000100ul },
	{ "b6-list-poison2", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0xdead000000000122ul },
	{ "b6-slab-poison", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0x6b6b6b6b6b6b6b6bul },
	{ "b6-5a5a", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0x5a5a5a5a5a5a5a5aul },
	{ "b6-deadbeef", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0xdeadbeefdeadbeeful },
	{ "b6-4141", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_raw, .arg = 0x4141414141414141ul },
	{ "b7-self", ALL, SAYS(CYCLE), .at = CHAINS,
	  .link = link_back, .arg = 0 },
	{ "b7-aba", OWNS | KM_256, SAYS(CYCLE), .at = CHAINS,
	  .link = link_back, .arg = 1 },
	{ "b7-two-lists", OWNS | KM_256,
	  SAYS(DUPLICATE), .at = P(CPU_SLAB),
	  .link = link_cpu_freelist },
	{ "b8-other-slab", OWNS | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_other_slab },
	{ "b8-other-cache", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_foreign },
	/* A pointer that somebody stored in what he had freed. */
	{ "b8-other-cache-raw", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_foreign_raw },
	{ "b8-no-slab", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_no_slab },
	{ "b8-defaced", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .act = act_defaced_link },
	{ "b8-free-page", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_free_page },
	{ "b8-kernel", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_kernel },
	{ "b8-kernel-raw", OWN, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_kernel_raw },
	{ "b8-user", OWN | KM_256, SAYS(FREEPTR), .at = CHAINS,
	  .link = link_decoded, .arg = 0x00007f5a12345678ul },

	{ "b9-inuse-plus", OWN, SAYS(COUNT), .at = SLABS,
	  .act = act_inuse, .arg = 1 },
	{ "b9-inuse-minus", OWN, SAYS(COUNT), .at = SLABS,
	  .act = act_inuse, .arg = -1ul },
	{ "b9-inuse-over", OWN, SAYS(COUNT), .at = SLABS,
	  .act = act_inuse_over },
	{ "b9-objects", OWN, SAYS(OBJECTS), .at = SLABS,
	  .act = act_objects },
	{ "b9-frozen", OWN, SAYS(FROZEN), .at = SLABS,
	  .act = act_frozen },
	{ "s-cache", OWN, SAYS(WRONG_CACHE), .at = SLABS,
	  .act = act_slab_cache },
	{ "s-mark", OWN, SAYS(MARK), .at = PARTIALS,
	  .act = act_mark },

	{ "h-text", OWNS, SAYS(HEAD), .at = CHAINS,
	  .act = act_head, .arg = USB_TEXT },
	{ "h-poison", OWNS, SAYS(HEAD), .at = P(NODE_PARTIAL),
	  .act = act_head, .arg = 0xdead000000000100ul },
	/* Of debug caches on_freelist() leaves empty ones on the list. */
	{ "h-null", OWN,
	  SAYS(NO_FREE), .at = PARTIALS,
	  ALSO(COUNT), .also = P(CPU_SLAB), .silent = P(CPU_FREELIST),
	  .debug = P(NODE_PARTIAL), .debug_says = SLUBWATCH_KIND_COUNT,
	  .act = act_head, .arg = 0 },

	{ "l-text", OWN,
	  SAYS(LIST_LINK), .at = PARTIALS | P(BARN_FULL),
	  .act = act_list_next, .arg = USB_TEXT },
	{ "l-poison", OWN,
	  SAYS(LIST_LINK), .at = PARTIALS | P(BARN_FULL),
	  .act = act_list_next, .arg = 0xdead000000000100ul },
	{ "l-head", OWN,
	  SAYS(LIST_LINK), .at = P(NODE_PARTIAL),
	  .act = act_list_head, .arg = USB_TEXT },
	/* Where x86 and qemu's arm64 have devices, or nothing, below 4 GiB. */
	{ "l-hole", OWN,
	  SAYS(LIST_LINK), .at = P(NODE_PARTIAL),
	  .act = act_list_hole, .arg = 0xfec00000ul },
	{ "l-page", OWN, SAYS(LIST_LINK), .at = P(NODE_PARTIAL),
	  .act = act_list_page },
	{ "l-null", OWN,
	  SAYS(LIST_LINK), .at = P(NODE_PARTIAL) | P(BARN_FULL),
	  ALSO(LIST_COUNT), .also = P(CPU_PARTIAL),
	  .act = act_list_next, .arg = 0 },
	{ "l-decoy", OWN,
	  SAYS(LIST_LINK), .at = P(NODE_PARTIAL) | P(BARN_FULL),
	  .act = act_list_decoy },
	{ "l-skip", OWN, SAYS(LIST_LINK), .at = P(NODE_PARTIAL),
	  .act = act_list_skip },
	{ "l-back", OWN, SAYS(LIST_LINK), .at = P(NODE_PARTIAL),
	  .act = act_list_back, .arg = USB_TEXT },
	{ "l-back-poison", OWN, SAYS(LIST_LINK), .at = P(NODE_PARTIAL),
	  .act = act_list_back, .arg = 0xdead000000000122ul },
	{ "l-circle", OWN,
	  SAYS(LIST_LINK), .at = PARTIALS | P(BARN_FULL),
	  .act = act_list_circle },
	/* Of debug caches SLUB's own repair leaves it wrong. */
	{ "l-count", OWN,
	  SAYS(LIST_COUNT),
	  .at = PARTIALS | P(BARN_FULL) | P(BARN_EMPTY),
	  .debug = P(NODE_PARTIAL), .debug_says = INJ_NOTHING,
	  .act = act_list_count },
	{ "l-no-slab", OWN, SAYS(NOT_SLAB), .at = PARTIALS,
	  .act = act_list_no_slab },
	{ "l-node", OWN, SAYS(WRONG_NODE), .at = P(NODE_PARTIAL),
	  .act = act_list_node },

	{ "c-state", OWN, SAYS(CPU_STATE), .at = P(CPU_FREELIST),
	  .act = act_cpu_state },
	{ "c-no-slab", OWN, SAYS(NOT_SLAB), .at = P(CPU_FREELIST),
	  .act = act_cpu_no_slab },
	{ "k-size", OWN, SAYS(CACHE_NUMBERS), .at = P(CACHE),
	  .act = act_size, .arg = USB_TEXT },
	{ "k-offset", OWN, SAYS(CACHE_NUMBERS), .at = P(CACHE),
	  .act = act_offset },

	{ "k-cpu", OWN, .silent = P(CACHE),
	  .needs = SLW_CAP_CPU_SLAB,
	  .act = act_cache_pointer, .arg = INJ_POINTER_CPU },
	{ "k-sheaves", OWN, .silent = P(CACHE),
	  .needs = SLW_CAP_SHEAVES,
	  .act = act_cache_pointer, .arg = INJ_POINTER_SHEAVES },
	{ "k-node", OWN, .silent = P(CACHE),
	  .act = act_cache_pointer, .arg = INJ_POINTER_NODE },
	{ "k-barn", OWN, .silent = P(CACHE),
	  .needs = SLW_CAP_BARN,
	  .act = act_cache_pointer, .arg = INJ_POINTER_BARN },

	{ "b10-duplicate", ALL,
	  SAYS(SHEAF_DUPLICATE), .at = SHEAVES,
	  .act = act_entry_twice },
	{ "b10-two-sheaves", OWNS,
	  SAYS(SHEAF_DUPLICATE), .at = P(SHEAF_SPARE),
	  .act = act_entry_other_sheaf },
	{ "b10-misaligned", ALL,
	  SAYS(SHEAF_MISALIGNED), .at = SHEAVES,
	  .act = act_entry_add, .arg = 8 },
	{ "b10-foreign", OWNS | KM_256,
	  SAYS(SHEAF_FOREIGN), .at = SHEAVES,
	  .act = act_entry_foreign },
	{ "b10-no-slab", OWNS,
	  SAYS(SHEAF_FOREIGN), .at = SHEAVES,
	  .act = act_entry_no_slab },
	{ "b10-defaced", OWN,
	  SAYS(SHEAF_FOREIGN), .at = SHEAVES,
	  .act = act_defaced_entry },
	{ "b10-headless", OWN,
	  SAYS(OBJECTS), .at = SHEAVES,
	  .act = act_headless_entry },
	{ "b10-garbage", OWNS | KM_256,
	  SAYS(SHEAF_FOREIGN), .at = SHEAVES,
	  .act = act_entry, .arg = USB_TEXT },
	{ "b10-only", OWN,
	  SAYS(SHEAF_FOREIGN), .at = PCS | P(BARN_FULL),
	  .act = act_entry_only, .arg = USB_TEXT },
	{ "b10-null", OWNS,
	  SAYS(SHEAF_FOREIGN), .at = SHEAVES,
	  .act = act_entry, .arg = 0 },
	{ "b10-on-freelist", OWNS,	/* rcu_free is not held against slabs */
	  SAYS(SHEAF_FREE), .at = PCS | P(BARN_FULL),
	  .act = act_entry_free },
	{ "b10-size", OWN,
	  SAYS(SHEAF_SIZE), .at = SHEAVES | P(BARN_EMPTY),
	  .act = act_sheaf_size },
	{ "b10-cache", OWN,
	  SAYS(SHEAF_CACHE), .at = SHEAVES | P(BARN_EMPTY),
	  .act = act_sheaf_cache },
	{ "b10-pointer", OWN,
	  SAYS(SHEAF_POINTER), .at = PCS | P(SHEAF_RCU),
	  .act = act_sheaf_pointer, .arg = USB_TEXT },
	{ "b10-ones", OWN,
	  SAYS(SHEAF_POINTER), .at = PCS,
	  .act = act_sheaf_pointer, .arg = -1ul },
	{ "c-ones", OWN, SAYS(NOT_SLAB), .at = P(CPU_FREELIST),
	  .act = act_cpu_no_slab, .arg = -1ul },
	{ "b10-same-sheaf", OWN,
	  SAYS(SHEAF_POINTER), .at = P(SHEAF_SPARE) | P(SHEAF_RCU),
	  .act = act_sheaf_same },

	/* For what is not damage: see unmap.c. */
	{ "sound", OWN | LARGE, .silent = CHAINS | SHEAVES,
	  .act = act_nothing },
};

const unsigned int inj_nr_rows = ARRAY_SIZE(inj_rows);

const char *const inj_place_names[SLUBWATCH_NR_PLACES] = {
#define PLACE_NAME(id, name) \
	[SLUBWATCH_PLACE_##id] = name,
	SLUBWATCH_PLACES(PLACE_NAME)
#undef PLACE_NAME
};

int inj_expects(const struct row *row, enum slubwatch_place place,
		const struct target *t)
{
	bool also = row->also & BIT(place);
	int kind = also ? row->also_says : row->says;

	if (row->silent & BIT(place))
		return INJ_NOTHING;
	if (t->g.debug && row->debug & BIT(place))
		return row->debug_says;
	if (!also && !(row->at & BIT(place)))
		return INJ_NO_ROW;
	/*
	 * The chain of a cpu's partial slabs has an exact count only since
	 * Linux kernel commit b47291ef02b0 ("mm, slub: change percpu partial
	 * accounting from objects to pages") (in v5.16).
	 */
	if (place == SLUBWATCH_PLACE_CPU_PARTIAL &&
	    kind == SLUBWATCH_KIND_LIST_COUNT && slw_layout.slab.is_page)
		return INJ_NOTHING;
	return kind;
}
