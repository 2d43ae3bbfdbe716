/*
 * winvm-launch CODEFILE PROGRAM [ARGUMENT]...
 *
 * Runs a Windows program, waits for it, and writes its exit code to CODEFILE: all 32 bits of it, of which a POSIX
 * parent would see 8. The rest of the command line goes to the program verbatim, whatever quoting it has; only for a
 * batch file it is taken apart and put together again in the way that cmd.exe reads.
 *
 * CODEFILE (a Windows path, written under another name first and then renamed) holds one line:
 *   DECIMAL         the program's exit code, 0 to 4294967295
 *   error=DECIMAL   the program could not be run: the system error code
 * Its own exit code is the program's; 127 where the program was not found, 126 where it could not be run, 125 where
 * CODEFILE could not be written.
 *
 * Windows XP and later, Wine. Nothing but kernel32: no C library, no start-up code.
 */
#ifndef UNICODE
#define UNICODE
#endif
#define _WIN32_WINNT 0x0501
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

/* cmd.exe reads no more of a command line: learn.microsoft.com, "Command prompt line string limitation". */
#define LONGEST_BATCH_LINE 8191

/* GCC may call these for loops and copies of structures. */
void *memset(void *to, int byte, size_t count) {
  volatile unsigned char *at = to;
  while (count-- > 0) *at++ = (unsigned char)byte;
  return to;
}

void *memcpy(void *to, const void *from, size_t count) {
  volatile unsigned char *at = to;
  const unsigned char *source = from;
  while (count-- > 0) *at++ = *source++;
  return to;
}

static int is_blank(WCHAR c) { return c == L' ' || c == L'\t'; }

static size_t length_of(const WCHAR *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

static WCHAR *copy_text(WCHAR *to, const WCHAR *from, size_t length) {
  while (length-- > 0) *to++ = *from++;
  return to;
}

static void *allocate(size_t bytes) { return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, bytes); }

/* The first word of a command line as CreateProcess reads it: quotes delimit, nothing escapes. */
struct word {
  const WCHAR *start;
  size_t length;
  const WCHAR *rest;
};

static struct word first_word(const WCHAR *line) {
  struct word word;
  while (is_blank(*line)) line++;
  if (*line == L'"') {
    word.start = ++line;
    while (*line != 0 && *line != L'"') line++;
    word.length = (size_t)(line - word.start);
    if (*line == L'"') line++;
  } else {
    word.start = line;
    while (*line != 0 && !is_blank(*line)) line++;
    word.length = (size_t)(line - word.start);
  }
  while (is_blank(*line)) line++;
  word.rest = line;
  return word;
}

/* Writes a number as decimal digits to the buffer's end and returns where they begin. */
static char *decimal(DWORD number, char *end) {
  do {
    *--end = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  return end;
}

static int write_code(const WCHAR *file, size_t length, DWORD code, int is_error) {
  static const WCHAR suffix[] = L".tmp";
  static const char error_key[] = "error=";
  char text[32];
  char *begin;
  DWORD size, written = 0;
  HANDLE handle;
  int ok;
  WCHAR *target = allocate((length + 1) * sizeof(WCHAR));
  WCHAR *temporary = allocate((length + 5) * sizeof(WCHAR));
  if (target == NULL || temporary == NULL) return 0;
  copy_text(target, file, length);
  copy_text(copy_text(temporary, file, length), suffix, 4);
  text[31] = '\n';
  begin = decimal(code, text + 31);
  if (is_error) {
    int i;
    for (i = 5; i >= 0; i--) *--begin = error_key[i];
  }
  size = (DWORD)(text + 32 - begin);
  handle = CreateFileW(temporary, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
  if (handle == INVALID_HANDLE_VALUE) return 0;
  ok = WriteFile(handle, begin, size, &written, NULL) && written == size;
  CloseHandle(handle);
  return ok && MoveFileExW(temporary, target, MOVEFILE_REPLACE_EXISTING);
}

static int ends_with(const struct word *word, const WCHAR *lower) {
  size_t length = length_of(lower), i;
  if (word->length < length) return 0;
  for (i = 0; i < length; i++) {
    WCHAR c = word->start[word->length - length + i];
    if (c >= L'A' && c <= L'Z') c = (WCHAR)(c + (L'a' - L'A'));
    if (c != lower[i]) return 0;
  }
  return 1;
}

/* Characters that cmd.exe takes for nothing but themselves, outside quotes and in parameters of a batch file. */
static int is_plain(WCHAR c) {
  static const WCHAR marks[] = L"#$+-./:?@\\_";
  const WCHAR *mark;
  if ((c >= L'0' && c <= L'9') || (c >= L'A' && c <= L'Z') || (c >= L'a' && c <= L'z')) return 1;
  for (mark = marks; *mark != 0; mark++)
    if (*mark == c) return 1;
  return c > 0x7f;
}

/*
 * Appends an argument as cmd.exe reads it. In quotes nothing is special but the quote and the percent sign; a quote is
 * doubled. A percent sign can't be escaped on a command line; but a variable of no length, `%cd:~,%`, after it keeps it
 * from pairing with the next one.
 */
static WCHAR *append_for_cmd(WCHAR *to, const WCHAR *text, size_t length) {
  static const WCHAR percent[] = L"%%cd:~,%";
  size_t i;
  int quote = length == 0;
  for (i = 0; i < length && !quote; i++) quote = !is_plain(text[i]);
  if (quote) *to++ = L'"';
  for (i = 0; i < length; i++) {
    if (text[i] == L'%') {
      to = copy_text(to, percent, 8);
    } else {
      if (text[i] == L'"') *to++ = L'"';
      *to++ = text[i];
    }
  }
  if (quote) *to++ = L'"';
  return to;
}

/*
 * Takes the next argument off a line by the rules of Microsoft's C run time (learn.microsoft.com, "Parsing C
 * command-line arguments"): 2n backslashes and a quote are n backslashes and a delimiter, 2n+1 are n and a quote.
 */
static const WCHAR *next_argument(const WCHAR *line, WCHAR *to, size_t *length) {
  WCHAR *start = to;
  int quoted = 0;
  while (*line != 0 && (quoted || !is_blank(*line))) {
    size_t backslashes = 0;
    while (*line == L'\\') {
      backslashes++;
      line++;
    }
    if (*line == L'"') {
      size_t i;
      for (i = 0; i < backslashes / 2; i++) *to++ = L'\\';
      if (backslashes % 2 != 0) {
        *to++ = L'"';
      } else if (quoted && line[1] == L'"') {
        *to++ = L'"';
        line++;
      } else {
        quoted = !quoted;
      }
      line++;
    } else {
      while (backslashes-- > 0) *to++ = L'\\';
      if (*line != 0 && (quoted || !is_blank(*line))) *to++ = *line++;
    }
  }
  while (is_blank(*line)) line++;
  *length = (size_t)(to - start);
  return line;
}

/* `cmd.exe /d /e:on /v:off /s /c "BATCH ARGUMENTS"`: with /s, cmd takes off the outer quotes and nothing else. */
static WCHAR *batch_command(const struct word *program, DWORD *error) {
  static const WCHAR options[] = L"\\cmd.exe\" /d /e:on /v:off /s /c \"\"";
  const WCHAR *rest = program->rest;
  size_t longest = length_of(rest), length, i;
  WCHAR *argument = allocate((longest + 1) * sizeof(WCHAR));
  /* A percent sign becomes eight characters. */
  WCHAR *command = allocate((MAX_PATH + 64 + program->length + 8 * longest + 8) * sizeof(WCHAR));
  WCHAR *at = command;
  *error = ERROR_NOT_ENOUGH_MEMORY;
  if (argument == NULL || command == NULL) return NULL;
  *at++ = L'"';
  at += GetSystemDirectoryW(at, MAX_PATH);
  at = copy_text(at, options, length_of(options));
  at = copy_text(at, program->start, program->length);
  *at++ = L'"';
  while (*rest != 0) {
    rest = next_argument(rest, argument, &length);
    for (i = 0; i < length; i++) {
      /* cmd.exe ends the command there. */
      *error = ERROR_INVALID_PARAMETER;
      if (argument[i] == L'\n' || argument[i] == L'\r') return NULL;
    }
    *at++ = L' ';
    at = append_for_cmd(at, argument, length);
  }
  *at++ = L'"';
  *at = 0;
  *error = ERROR_FILENAME_EXCED_RANGE;
  return at - command > LONGEST_BATCH_LINE ? NULL : command;
}

/* The program and all that it starts end with this process, where the system lets a process be put into a job. */
static void bind_life(HANDLE process) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
  HANDLE job = CreateJobObjectW(NULL, NULL);
  if (job == NULL) return;
  memset(&limits, 0, sizeof limits);
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  /* Before Windows 8 a process that is in a job already can't be put into another one. */
  AssignProcessToJobObject(job, process);
}

static HANDLE inheritable(DWORD which) {
  HANDLE handle = GetStdHandle(which);
  SetHandleInformation(handle, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT);
  return handle;
}

/* Ctrl-C is for the program. A handler, for "ignore" would be inherited by it. */
static BOOL WINAPI leave_to_program(DWORD event) {
  return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT;
}

static DWORD run(WCHAR *command, DWORD *error) {
  STARTUPINFOW startup;
  PROCESS_INFORMATION process;
  DWORD code = 0;
  memset(&startup, 0, sizeof startup);
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = inheritable(STD_INPUT_HANDLE);
  startup.hStdOutput = inheritable(STD_OUTPUT_HANDLE);
  startup.hStdError = inheritable(STD_ERROR_HANDLE);
  SetConsoleCtrlHandler(leave_to_program, TRUE);
  *error = 0;
  if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &startup, &process)) {
    *error = GetLastError();
    return *error == ERROR_FILE_NOT_FOUND || *error == ERROR_PATH_NOT_FOUND ? 127 : 126;
  }
  bind_life(process.hProcess);
  ResumeThread(process.hThread);
  if (WaitForSingleObject(process.hProcess, INFINITE) != WAIT_OBJECT_0 || !GetExitCodeProcess(process.hProcess, &code)) {
    *error = GetLastError();
    return 126;
  }
  return code;
}

void WINAPI start(void) {
  struct word self = first_word(GetCommandLineW());
  struct word file = first_word(self.rest);
  struct word program = first_word(file.rest);
  DWORD error = ERROR_INVALID_PARAMETER, code = 126;
  WCHAR *command;
  if (file.length == 0 || program.length == 0) ExitProcess(125);
  if (ends_with(&program, L".bat") || ends_with(&program, L".cmd")) {
    command = batch_command(&program, &error);
  } else {
    /* CreateProcessW may write to the line it is given. */
    size_t length = length_of(file.rest);
    command = allocate((length + 1) * sizeof(WCHAR));
    error = ERROR_NOT_ENOUGH_MEMORY;
    if (command != NULL) copy_text(command, file.rest, length);
  }
  if (command != NULL) code = run(command, &error);
  if (!write_code(file.start, file.length, error != 0 ? error : code, error != 0)) code = 125;
  ExitProcess(code);
}
