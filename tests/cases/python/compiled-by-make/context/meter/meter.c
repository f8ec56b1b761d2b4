#include <event2/event.h>
#include <stdio.h>

int main(void) {
    puts(event_get_version());
    return 0;
}
