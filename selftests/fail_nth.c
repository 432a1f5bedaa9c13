// SPDX-License-Identifier: GPL-2.0
/*
 * Load a module while its Nth allocation fails.
 *
 * usage: fail_nth N MODULE PARAMETERS
 *
 * Prints how the load ended, 0 or an errno, and how much of N was left then: 0
 * if there was an Nth allocation. Needs CONFIG_FAILSLAB or CONFIG_FAIL_PAGE_ALLOC.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char left[16] = "";
	int module, nth, err;

	if (argc != 4)
		return 2;
	module = open(argv[2], O_RDONLY | O_CLOEXEC);
	nth = open("/proc/thread-self/fail-nth", O_RDWR);
	if (module < 0 || nth < 0 || write(nth, argv[1], strlen(argv[1])) < 0) {
		perror("fail_nth");
		return 2;
	}
	err = syscall(SYS_finit_module, module, argv[3], 0) ? errno : 0;
	if (pread(nth, left, sizeof(left) - 1, 0) < 0 || pwrite(nth, "0", 1, 0) < 0) {
		perror("fail_nth");
		return 2;
	}
	printf("%d %d\n", err, atoi(left));
	return 0;
}
