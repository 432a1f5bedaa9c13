/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints, system slubwatch.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM slubwatch

#if !defined(_SLUBWATCH_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SLUBWATCH_TRACE_H

#include <linux/tracepoint.h>

#include "compat.h"
#include "slubwatch.h"

TRACE_EVENT(slubwatch_finding,
	TP_PROTO(const struct slubwatch_finding *f),
	TP_ARGS(f),
	TP_STRUCT__entry(
		__field(u32, seq)
		__string(kind, slubwatch_kind_name(f->kind))
		__string(place, slubwatch_place_name(f->place))
		__string(cache, f->cache)
		__field(int, cpu)
		__field(int, node)
		__field(unsigned long, slab)
		__field(unsigned long, object)
		__field(u32, offset)
		__field(unsigned long, raw)
		__field(unsigned long, decoded)
		__field(unsigned long, expected)
	),
	TP_fast_assign(
		__entry->seq = f->seq;
		slw_assign_str(kind, slubwatch_kind_name(f->kind));
		slw_assign_str(place, slubwatch_place_name(f->place));
		slw_assign_str(cache, f->cache);
		__entry->cpu = f->cpu;
		__entry->node = f->node;
		__entry->slab = f->slab;
		__entry->object = f->object;
		__entry->offset = f->offset;
		__entry->raw = f->raw;
		__entry->decoded = f->decoded;
		__entry->expected = f->expected;
	),
	TP_printk("seq=%u kind=%s cache=%s place=%s cpu=%d node=%d slab=%p object=%p offset=%u raw=%#lx decoded=%#lx expected=%#lx",
		  __entry->seq, __get_str(kind), __get_str(cache),
		  __get_str(place), __entry->cpu, __entry->node,
		  (void *)__entry->slab, (void *)__entry->object,
		  __entry->offset, __entry->raw, __entry->decoded,
		  __entry->expected)
);

TRACE_EVENT(slubwatch_sweep,
	TP_PROTO(u32 sweep, u64 duration_ns, u64 slabs, u64 objects, u64 busy),
	TP_ARGS(sweep, duration_ns, slabs, objects, busy),
	TP_STRUCT__entry(
		__field(u32, sweep)
		__field(u64, duration_ns)
		__field(u64, slabs)
		__field(u64, objects)
		__field(u64, busy)
	),
	TP_fast_assign(
		__entry->sweep = sweep;
		__entry->duration_ns = duration_ns;
		__entry->slabs = slabs;
		__entry->objects = objects;
		__entry->busy = busy;
	),
	TP_printk("sweep=%u duration_ns=%llu slabs=%llu objects=%llu busy=%llu",
		  __entry->sweep, __entry->duration_ns, __entry->slabs,
		  __entry->objects, __entry->busy)
);

TRACE_EVENT(slubwatch_isolate,
	TP_PROTO(const struct slubwatch_finding *f),
	TP_ARGS(f),
	TP_STRUCT__entry(
		__field(u32, seq)
		__string(kind, slubwatch_kind_name(f->kind))
		__string(place, slubwatch_place_name(f->place))
		__string(cache, f->cache)
		__field(unsigned long, slab)
		__field(u32, lost)
		__field(u32, kept)
	),
	TP_fast_assign(
		__entry->seq = f->seq;
		slw_assign_str(kind, slubwatch_kind_name(f->kind));
		slw_assign_str(place, slubwatch_place_name(f->place));
		slw_assign_str(cache, f->cache);
		__entry->slab = f->slab;
		__entry->lost = f->lost;
		__entry->kept = f->kept;
	),
	TP_printk("seq=%u kind=%s cache=%s place=%s slab=%p lost=%u kept=%u",
		  __entry->seq, __get_str(kind), __get_str(cache),
		  __get_str(place), (void *)__entry->slab, __entry->lost,
		  __entry->kept)
);

#endif /* _SLUBWATCH_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH report
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE slubwatch_trace
#include <trace/define_trace.h>
