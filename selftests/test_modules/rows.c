// SPDX-License-Identifier: GPL-2.0
/*
 * Every kind of damage, by the names of the field cases they replay, and what
 * slubwatch must say of it at each place.
 */
#include "inject.h"

#define OWN	BIT(INJ_OWN)
#define OWNS	(BIT(INJ_OWN) | BIT(INJ_OWN_CTOR))
#define KM_192	BIT(INJ_KMALLOC_192)
#define KM_256	BIT(INJ_KMALLOC_256)
#define ALL	(OWNS | KM_192 | KM_256)

#define AT(place, says)	[SLUBWATCH_PLACE_##place] = (says)

#define AT_PARTIALS(says)	AT(CPU_PARTIAL, says), AT(NODE_PARTIAL, says)
#define AT_SLABS(says)		AT(CPU_SLAB, says), AT_PARTIALS(says)
#define AT_CHAINS(says)		AT(CPU_FREELIST, says), AT_SLABS(says)
#define AT_PCS(says)		AT(SHEAF_MAIN, says), AT(SHEAF_SPARE, says)
#define AT_SHEAVES(says)	AT_PCS(says), AT(SHEAF_RCU, says), \
				AT(BARN_FULL, says)

/*
 * A chain that is only too short, or too long: the cpu freelist has no count of
 * its own, its objects are in use as far as slab.inuse goes.
 */
#define COUNTED		AT(CPU_FREELIST, INJ_SILENT), AT_SLABS(INJ_SAYS(COUNT))
#define WILD		AT_CHAINS(INJ_SAYS(FREEPTR))

/* "\x38\x03" "Vir" in UTF-16LE: a USB string descriptor, as memory has it. */
#define USB_TEXT	0x0072006900560338ul
/* A USB LANGID descriptor, four bytes. */
#define USB_LANGID	0x04090304ul

const struct row inj_rows[] = {
	{ "a1-text", ALL, .kinds = { WILD },
	  .link = link_raw, .arg = USB_TEXT },
	{ "a1-decoded", OWNS | KM_256, .kinds = { WILD },
	  .link = link_decoded, .arg = USB_TEXT },
	{ "a2-langid", OWN | KM_192, .kinds = { WILD },
	  .link = link_overlay, .arg = 0 },
	{ "a2-langid-62", OWN | KM_192, .kinds = { WILD },
	  .link = link_overlay, .arg = 2 },
	{ "a2-langid-miss", OWN | KM_192,
	  .kinds = { AT_CHAINS(INJ_SILENT) },
	  .act = act_miss, .arg = USB_LANGID },
	{ "a3-byte5", OWN | KM_256, .kinds = { WILD },
	  .link = link_zero_byte, .arg = 5 },
	{ "a3-byte5-raw", OWN, .kinds = { WILD },
	  .link = link_zero_raw_byte, .arg = 5 },

	{ "b1-ascii", OWN | KM_256, .kinds = { WILD },	/* "t-0:2/en" */
	  .link = link_raw, .arg = 0x6e652f323a302d74ul },
	{ "b2-garbage", OWN | KM_256, .kinds = { WILD },
	  .link = link_noise },
	{ "b3-low-byte", OWNS | KM_192 | KM_256, .kinds = { WILD },
	  .link = link_zero_raw_byte, .arg = 0 },
	{ "b4-zero", OWN | KM_256, .needs = SLW_CAP_HARDENED, .kinds = { WILD },
	  .link = link_raw, .arg = 0 },
	{ "b4-end", OWNS, .kinds = { COUNTED },
	  .link = link_decoded, .arg = 0 },
	{ "b5-bit3", OWNS | KM_256, .kinds = { WILD },
	  .link = link_flip, .arg = 3 },
	{ "b5-bit12", OWN | KM_256, .kinds = { WILD },	/* or the slab's */
	  .link = link_flip_order },
	{ "b5-bit62", OWN | KM_256, .kinds = { WILD },
	  .link = link_flip, .arg = 62 },
	{ "b5-next-slot", OWN, .kinds = { COUNTED },
	  .link = link_flip_ahead },
	{ "b5-next-slot-back", OWN,
	  .kinds = { AT_CHAINS(INJ_SAYS(CYCLE)) },
	  .link = link_flip_back },
	{ "b5-next-slot-used", OWN, .kinds = { WILD },
	  .act = act_used, .arg = USB_TEXT },
	{ "b6-list-poison", OWN | KM_256, .kinds = { WILD },
	  .link = link_raw, .arg = 0xdead000000000100ul },
	{ "b6-list-poison2", OWN, .kinds = { WILD },
	  .link = link_raw, .arg = 0xdead000000000122ul },
	{ "b6-slab-poison", OWN | KM_256, .kinds = { WILD },
	  .link = link_raw, .arg = 0x6b6b6b6b6b6b6b6bul },
	{ "b6-5a5a", OWN, .kinds = { WILD },
	  .link = link_raw, .arg = 0x5a5a5a5a5a5a5a5aul },
	{ "b6-deadbeef", OWN, .kinds = { WILD },
	  .link = link_raw, .arg = 0xdeadbeefdeadbeeful },
	{ "b6-4141", OWN, .kinds = { WILD },
	  .link = link_raw, .arg = 0x4141414141414141ul },
	{ "b7-self", ALL, .kinds = { AT_CHAINS(INJ_SAYS(CYCLE)) },
	  .link = link_back, .arg = 0 },
	{ "b7-aba", OWNS | KM_256, .kinds = { AT_CHAINS(INJ_SAYS(CYCLE)) },
	  .link = link_back, .arg = 1 },
	{ "b7-two-lists", OWNS | KM_256,
	  .kinds = { AT(CPU_SLAB, INJ_SAYS(DUPLICATE)) },
	  .link = link_cpu_freelist },
	{ "b8-other-slab", OWNS | KM_256, .kinds = { WILD },
	  .link = link_other_slab },
	{ "b8-other-cache", OWN | KM_256, .kinds = { WILD },
	  .link = link_foreign },
	{ "b8-no-slab", OWN | KM_256, .kinds = { WILD },
	  .link = link_no_slab },
	{ "b8-user", OWN | KM_256, .kinds = { WILD },
	  .link = link_decoded, .arg = 0x00007f5a12345678ul },

	{ "b9-inuse-plus", OWN, .kinds = { AT_SLABS(INJ_SAYS(COUNT)) },
	  .act = act_inuse, .arg = 1 },
	{ "b9-inuse-minus", OWN, .kinds = { AT_SLABS(INJ_SAYS(COUNT)) },
	  .act = act_inuse, .arg = -1ul },
	{ "b9-inuse-over", OWN, .kinds = { AT_SLABS(INJ_SAYS(COUNT)) },
	  .act = act_inuse_over },
	{ "b9-objects", OWN, .kinds = { AT_SLABS(INJ_SAYS(OBJECTS)) },
	  .act = act_objects },
	{ "b9-frozen", OWN, .kinds = { AT_SLABS(INJ_SAYS(FROZEN)) },
	  .act = act_frozen },
	{ "s-cache", OWN, .kinds = { AT_SLABS(INJ_SAYS(WRONG_CACHE)) },
	  .act = act_slab_cache },
	{ "s-mark", OWN, .kinds = { AT_PARTIALS(INJ_SAYS(MARK)) },
	  .act = act_mark },

	{ "h-text", OWNS, .kinds = { AT_CHAINS(INJ_SAYS(HEAD)) },
	  .act = act_head, .arg = USB_TEXT },
	{ "h-null", OWN,
	  .kinds = { AT(CPU_FREELIST, INJ_SILENT),
		     AT(CPU_SLAB, INJ_SAYS(COUNT)),
		     AT_PARTIALS(INJ_SAYS(NO_FREE)) },
	  .act = act_head, .arg = 0 },

	{ "l-text", OWN,
	  .kinds = { AT_PARTIALS(INJ_SAYS(LIST_LINK)),
		     AT(BARN_FULL, INJ_SAYS(LIST_LINK)) },
	  .act = act_list_next, .arg = USB_TEXT },
	{ "l-null", OWN,
	  .kinds = { AT(CPU_PARTIAL, INJ_SAYS(LIST_COUNT)),
		     AT(NODE_PARTIAL, INJ_SAYS(LIST_LINK)),
		     AT(BARN_FULL, INJ_SAYS(LIST_LINK)) },
	  .act = act_list_next, .arg = 0 },
	{ "l-skip", OWN, .kinds = { AT(NODE_PARTIAL, INJ_SAYS(LIST_LINK)) },
	  .act = act_list_skip },
	{ "l-back", OWN, .kinds = { AT(NODE_PARTIAL, INJ_SAYS(LIST_LINK)) },
	  .act = act_list_back, .arg = USB_TEXT },
	{ "l-circle", OWN,
	  .kinds = { AT_PARTIALS(INJ_SAYS(LIST_LINK)),
		     AT(BARN_FULL, INJ_SAYS(LIST_LINK)) },
	  .act = act_list_circle },
	{ "l-count", OWN,
	  .kinds = { AT_PARTIALS(INJ_SAYS(LIST_COUNT)),
		     AT(BARN_FULL, INJ_SAYS(LIST_COUNT)),
		     AT(BARN_EMPTY, INJ_SAYS(LIST_COUNT)) },
	  .act = act_list_count },
	{ "l-no-slab", OWN, .kinds = { AT_PARTIALS(INJ_SAYS(NOT_SLAB)) },
	  .act = act_list_no_slab },
	{ "l-node", OWN, .kinds = { AT(NODE_PARTIAL, INJ_SAYS(WRONG_NODE)) },
	  .act = act_list_node },

	{ "c-state", OWN, .kinds = { AT(CPU_FREELIST, INJ_SAYS(CPU_STATE)) },
	  .act = act_cpu_state },
	{ "c-no-slab", OWN, .kinds = { AT(CPU_FREELIST, INJ_SAYS(NOT_SLAB)) },
	  .act = act_cpu_no_slab },
	{ "k-offset", OWN, .kinds = { AT(CACHE, INJ_SAYS(CACHE_NUMBERS)) },
	  .act = act_offset },

	{ "b10-duplicate", ALL,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_DUPLICATE)) },
	  .act = act_entry_twice },
	{ "b10-two-sheaves", OWNS,
	  .kinds = { AT(SHEAF_SPARE, INJ_SAYS(SHEAF_DUPLICATE)) },
	  .act = act_entry_other_sheaf },
	{ "b10-misaligned", ALL,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_MISALIGNED)) },
	  .act = act_entry_add, .arg = 8 },
	{ "b10-foreign", OWNS | KM_256,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_FOREIGN)) },
	  .act = act_entry_foreign },
	{ "b10-no-slab", OWNS,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_FOREIGN)) },
	  .act = act_entry_no_slab },
	{ "b10-garbage", OWNS | KM_256,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_FOREIGN)) },
	  .act = act_entry, .arg = USB_TEXT },
	{ "b10-null", OWNS,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_FOREIGN)) },
	  .act = act_entry, .arg = 0 },
	{ "b10-on-freelist", OWNS,	/* rcu_free is not compared with slabs */
	  .kinds = { AT_PCS(INJ_SAYS(SHEAF_FREE)),
		     AT(BARN_FULL, INJ_SAYS(SHEAF_FREE)) },
	  .act = act_entry_free },
	{ "b10-size", OWN,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_SIZE)),
		     AT(BARN_EMPTY, INJ_SAYS(SHEAF_SIZE)) },
	  .act = act_sheaf_size },
	{ "b10-cache", OWN,
	  .kinds = { AT_SHEAVES(INJ_SAYS(SHEAF_CACHE)),
		     AT(BARN_EMPTY, INJ_SAYS(SHEAF_CACHE)) },
	  .act = act_sheaf_cache },
	{ "b10-pointer", OWN,
	  .kinds = { AT_PCS(INJ_SAYS(SHEAF_POINTER)),
		     AT(SHEAF_RCU, INJ_SAYS(SHEAF_POINTER)) },
	  .act = act_sheaf_pointer, .arg = USB_TEXT },
	{ "b10-same-sheaf", OWN,
	  .kinds = { AT(SHEAF_SPARE, INJ_SAYS(SHEAF_POINTER)),
		     AT(SHEAF_RCU, INJ_SAYS(SHEAF_POINTER)) },
	  .act = act_sheaf_same },
};

const unsigned int inj_nr_rows = ARRAY_SIZE(inj_rows);

const char *const inj_place_names[SLUBWATCH_NR_PLACES] = {
#define PLACE_NAME(id, name)	[SLUBWATCH_PLACE_##id] = name,
	SLUBWATCH_PLACES(PLACE_NAME)
#undef PLACE_NAME
};

int inj_expects(const struct row *row, enum slubwatch_place place)
{
	int kind = row->kinds[place] - 2;

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
