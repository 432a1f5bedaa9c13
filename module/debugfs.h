/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Views: /sys/kernel/debug/slubwatch/.
 */
#ifndef _SLUBWATCH_DEBUGFS_H
#define _SLUBWATCH_DEBUGFS_H

/* Make the files.  Without debugfs there are none, and that is no error. */
void slw_debugfs_init(void);
void slw_debugfs_exit(void);

#endif /* _SLUBWATCH_DEBUGFS_H */
