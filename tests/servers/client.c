/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/servers/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
client_send (Client *client, const char *text)
{
  g_assert_cmpint (send (client->fd, text, strlen (text), MSG_NOSIGNAL), ==, strlen (text));
}

gboolean
client_read (Client *client)
{
  char bytes[65536];
  gssize got = recv (client->fd, bytes, sizeof bytes, 0);

  if (got > 0)
    g_string_append_len (client->input, bytes, got);
  return got > 0;
}

char *
client_line (Client *client)
{
  char *line_end;
  char *line;

  while ((line_end = strstr (client->input->str, "\r\n")) == NULL)
    if (!client_read (client))
      return NULL;
  line = g_strndup (client->input->str, line_end - client->input->str);
  g_string_erase (client->input, 0, line_end + 2 - client->input->str);
  return line;
}

void
client_expect (Client *client, const char *expected)
{
  g_autofree char *line = client_line (client);

  g_assert_cmpstr (line, ==, expected);
}

void
client_expect_end (Client *client)
{
  g_autofree char *line = client_line (client);

  g_assert_cmpstr (line, ==, NULL);
  g_assert_cmpstr (client->input->str, ==, "");
}

void
client_say (Client *client, const char *command, const char *expected)
{
  g_autofree char *line = g_strconcat (command, "\r\n", NULL);

  client_send (client, line);
  client_expect (client, expected);
}

Client *
client_new (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK),
                                 .sin_port = htons (port) };
  Client *client = g_new (Client, 1);

  client->fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  client->input = g_string_new (NULL);
  g_assert_cmpint (connect (client->fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  return client;
}

void
client_free (Client *client)
{
  close (client->fd);
  g_string_free (client->input, TRUE);
  g_free (client);
}
