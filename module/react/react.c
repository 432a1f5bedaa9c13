// SPDX-License-Identifier: GPL-2.0
/*
 * Report -> reaction: see react.h.
 */
#include "react/react.h"

#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/notifier.h>

#include "compat.h"
#include "config.h"
#include "finding/finding.h"
#include "report/report.h"
#include "report/slubwatch_trace.h"

/* Findings that the panic notifier prints once more, the newest first. */
#define PANIC_LINES	16

static BLOCKING_NOTIFIER_HEAD(chain);
static bool panic_notifier_attached;

int slubwatch_register_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&chain, nb);
}
EXPORT_SYMBOL_GPL(slubwatch_register_notifier);

int slubwatch_unregister_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&chain, nb);
}
EXPORT_SYMBOL_GPL(slubwatch_unregister_notifier);

/*
 * Whatever kills the machine later, what was found before stands in the log
 * once more, near its end, and so in a vmcore and in pstore.
 */
static int on_panic(struct notifier_block *nb, unsigned long action, void *data)
{
	const struct slw_record *r;
	unsigned int i;

	for (i = 0; i < PANIC_LINES; i++) {
		r = slw_finding_last(i);
		if (r)
			slw_report_brief(r);
	}
	return NOTIFY_DONE;
}

static struct notifier_block panic_notifier = {
	.notifier_call = on_panic,
};

static void attach_panic_notifier(void)
{
	if (panic_notifier_attached)
		return;
	atomic_notifier_chain_register(&panic_notifier_list, &panic_notifier);
	panic_notifier_attached = true;
}

void slw_react(struct slw_record *r)
{
	struct slubwatch_finding *f = &r->f;

	attach_panic_notifier();
	trace_slubwatch_finding(f);
	if (f->isolation == SLUBWATCH_ISOLATION_DONE)
		trace_slubwatch_isolate(f);
	slw_report_log(r);
	blocking_notifier_call_chain(&chain, f->kind, f);
	if (slw_config_action() & SLW_ACTION_PANIC)
		panic("slubwatch: finding %u: %s in %s\n", f->seq,
		      slubwatch_kind_name(f->kind), f->cache);
}

void slw_react_now(const struct slw_record *r)
{
	slw_report_brief(r);
	panic("slubwatch: %s in %s, by the guard\n",
	      slubwatch_kind_name(r->f.kind), r->f.cache);
}

void slw_react_exit(void)
{
	if (panic_notifier_attached)
		atomic_notifier_chain_unregister(&panic_notifier_list,
						 &panic_notifier);
}
