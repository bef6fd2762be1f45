/* Enumerations of every size, sign and oddity. */
#include "common.h"

enum state { IDLE, RUNNING, DONE = 7, FINISHED = 7 };
enum tiny { TINY_ZERO, TINY_MAX = 255 } __attribute__((packed));
enum below { BELOW = -1, ABOVE = 1 };
enum big { BIG = 0xffffffffffffffffull };
enum names { type = 1, self, _, ZERO = 9 };
typedef enum { A_SIDE, B_SIDE } side_t;

struct all {
	enum state state;
	enum tiny tiny;
	enum below below;
	enum big big;
	enum names names;
	side_t side;
	enum { INNER } inner[3];
};

struct all all;
