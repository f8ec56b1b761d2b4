#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **words) {
    char text[16];
    strlcpy(text, count > 1 ? words[1] : "7", sizeof text);
    printf("%ld\n", strtol(text, NULL, 10));
    return 0;
}
