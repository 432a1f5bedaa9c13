/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Report -> reaction: tracepoint, log, notifiers, panic.
 */
#ifndef _SLUBWATCH_REACT_H
#define _SLUBWATCH_REACT_H

struct slw_record;

/**
 * slw_react() - tell of a new finding, and do what action= says
 * @r: the finding
 *
 * The panic notifier is attached at the first call and never before.  With
 * action=panic this does not return.
 *
 * Context: process, no locks but those of patrol.c and tell.c.
 */
void slw_react(struct slw_record *r);

/**
 * slw_react_now() - panic over a finding that nobody was told of yet
 * @r: the finding
 *
 * Context: any.  Does not return.
 */
void slw_react_now(const struct slw_record *r);

/* Detach the panic notifier, if it was attached. */
void slw_react_exit(void);

#endif /* _SLUBWATCH_REACT_H */
