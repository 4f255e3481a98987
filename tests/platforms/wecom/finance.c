/* Stands in for WeCom's native library: the same calls, asked of the sandbox at $QUNLIAN_SANDBOX_PORT. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct { char corp[128], secret[128]; } Sdk;
typedef struct { char *buf; int len; } Slice;
typedef struct { char *index; int index_len; char *data; int data_len; int is_finish; } MediaData;
static int open_things = 0; /* what was made and not given back */

Sdk *NewSdk(void) { open_things++; return calloc(1, sizeof(Sdk)); }
void DestroySdk(Sdk *sdk) { open_things--; free(sdk); }
Slice *NewSlice(void) { open_things++; return calloc(1, sizeof(Slice)); }
void FreeSlice(Slice *slice) { open_things--; free(slice->buf); free(slice); }
MediaData *NewMediaData(void) { open_things++; return calloc(1, sizeof(MediaData)); }
void FreeMediaData(MediaData *one) { open_things--; free(one->index); free(one->data); free(one); }
int OpenThings(void) { return open_things; }

int Init(Sdk *sdk, const char *corp, const char *secret) {
  if (!*corp || !*secret) return 10000;
  snprintf(sdk->corp, sizeof sdk->corp, "%s", corp);
  snprintf(sdk->secret, sizeof sdk->secret, "%s", secret);
  return 0;
}

static char *header(char *head, const char *name) {
  char *at = strstr(head, name);
  return at ? at + strlen(name) : NULL;
}

/* Post JSON, read the answer to its end; *body points into what is returned, to be freed. */
static char *ask(const char *path, const char *json, char **body, int *length) {
  const char *port = getenv("QUNLIAN_SANDBOX_PORT");
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port ? atoi(port) : 0)};
  int line = socket(AF_INET, SOCK_STREAM, 0), got, held = 0, room = 1 << 16;
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  if (connect(line, (struct sockaddr *)&to, sizeof to)) { close(line); return NULL; }
  dprintf(line, "POST /_sandbox/archive/%s HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
          "Content-Length: %zu\r\n\r\n%s", path, strlen(json), json);
  char *all = malloc(room + 1);
  while ((got = read(line, all + held, room - held)) > 0)
    if ((held += got) == room) all = realloc(all, (room *= 2) + 1);
  close(line);
  all[held] = 0;
  char *end = strstr(all, "\r\n\r\n");
  if (!end) { free(all); return NULL; }
  *end = 0;
  *body = end + 4;
  *length = held - (int)(*body - all);
  return all;
}

static int fill(const char *path, const char *json, Slice *out) {
  char *body;
  int length, code = 0;
  char *head = ask(path, json, &body, &length);
  if (!head) return 10001;
  char *ret = header(head, "X-Ret: ");
  if (ret) code = atoi(ret);
  out->buf = malloc(length + 1);
  memcpy(out->buf, body, length);
  out->len = length;
  free(head);
  return code;
}

int GetChatData(Sdk *sdk, unsigned long long seq, unsigned int limit, const char *proxy, const char *passwd,
                int timeout, Slice *out) {
  char json[512];
  snprintf(json, sizeof json, "{\"corpid\":\"%s\",\"secret\":\"%s\",\"seq\":%llu,\"limit\":%u}", sdk->corp,
           sdk->secret, seq, limit);
  return fill("chatdata", json, out);
}

int DecryptData(const char *key, const char *message, Slice *out) {
  static int opened = 0;
  const char *last = getenv("QUNLIAN_SANDBOX_DIES_AFTER");
  if (last && opened++ == atoi(last)) _exit(9);
  size_t room = strlen(key) + strlen(message) + 64;
  char *json = malloc(room);
  snprintf(json, room, "{\"key\":\"%s\",\"message\":\"%s\"}", key, message);
  int code = fill("decrypt", json, out);
  free(json);
  return code;
}


int GetMediaData(Sdk *sdk, const char *index, const char *file, const char *proxy, const char *passwd, int timeout,
                 MediaData *out) {
  char json[512], *body;
  int length;
  snprintf(json, sizeof json, "{\"corpid\":\"%s\",\"file\":\"%s\",\"index\":\"%s\"}", sdk->corp, file, index);
  char *head = ask("media", json, &body, &length);
  if (!head) return 10001;
  char *ret = header(head, "X-Ret: "), *next = header(head, "X-Next: "), *last = header(head, "X-Finish: ");
  int code = ret ? atoi(ret) : 0;
  out->data = malloc(length + 1);
  memcpy(out->data, body, length);
  out->data_len = length;
  out->index_len = next ? (int)strcspn(next, "\r\n") : 0;
  out->index = calloc(1, out->index_len + 1);
  if (next) memcpy(out->index, next, out->index_len);
  out->is_finish = last && *last == '1';
  free(head);
  return code;
}
