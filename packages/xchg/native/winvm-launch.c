/*
 * winvm-launch.exe CODEFILE PROGRAM [ARGUMENTS...]
 *
 * Runs a Windows program and writes its exit code, all 32 bits, to CODEFILE: "exit=3000" or "error=2" (the value of
 * GetLastError when it could not be started). A POSIX parent sees only eight bits of a code; the file has them all.
 *
 * PROGRAM and its arguments are taken from this program's own command line exactly as they stand there, quotes and
 * all: whoever started us (Cygwin, Wine, a Windows program) has quoted them once, and nobody quotes them again.
 * A batch file is run by cmd.exe, as CreateProcess does not promise to do it.
 *
 * Needs kernel32 only, of Windows XP or later.
 */
#ifndef UNICODE
#define UNICODE
#endif
#define _WIN32_WINNT 0x0501
#include <windows.h>

/* CreateProcessW's own limit on a command line, with the final zero. */
#define COMMAND_LIMIT 32768
#define EXIT_NOT_STARTED 126

static WCHAR command[COMMAND_LIMIT];
static WCHAR program[COMMAND_LIMIT];
static WCHAR code_file[MAX_PATH * 4];
static WCHAR temporary[MAX_PATH * 4 + 8];

static BOOL WINAPI ignore_ctrl(DWORD type)
{
    /* The child gets it too, and decides; we wait for its code. */
    return type == CTRL_C_EVENT || type == CTRL_BREAK_EVENT;
}

/* The argument at `at`, without quotes, into `out` (cut at `limit`); the rest after it and its white space. */
static const WCHAR *take_argument(const WCHAR *at, WCHAR *out, DWORD limit)
{
    DWORD length = 0;
    BOOL quoted = FALSE;
    while (*at != 0 && (quoted || (*at != L' ' && *at != L'\t'))) {
        if (*at == L'"')
            quoted = !quoted;
        else if (length + 1 < limit)
            out[length++] = *at;
        at++;
    }
    out[length] = 0;
    while (*at == L' ' || *at == L'\t')
        at++;
    return at;
}

static BOOL append(WCHAR *out, DWORD *length, const WCHAR *text)
{
    while (*text != 0) {
        if (*length + 1 >= COMMAND_LIMIT)
            return FALSE;
        out[(*length)++] = *text++;
    }
    out[*length] = 0;
    return TRUE;
}

static BOOL is_batch(const WCHAR *name)
{
    DWORD length = (DWORD)lstrlenW(name);
    if (length < 4)
        return FALSE;
    return lstrcmpiW(name + length - 4, L".bat") == 0 || lstrcmpiW(name + length - 4, L".cmd") == 0;
}

static void write_code(const char *key, DWORD value)
{
    char text[32];
    char digits[12];
    DWORD length = 0, count = 0, written, at;
    HANDLE file;

    while (*key != 0)
        text[length++] = *key++;
    text[length++] = '=';
    do {
        digits[count++] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    while (count > 0)
        text[length++] = digits[--count];
    text[length++] = '\n';

    /* Under another name first: whoever reads the file finds all of it. */
    lstrcpyW(temporary, code_file);
    for (at = 0; temporary[at] != 0; at++)
        ;
    lstrcpyW(temporary + at, L".new");
    file = CreateFileW(temporary, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    WriteFile(file, text, length, &written, NULL);
    CloseHandle(file);
    MoveFileExW(temporary, code_file, MOVEFILE_REPLACE_EXISTING);
}

/* The child and what it starts end with us, where the system can do that for processes that are in a job already. */
static HANDLE make_job(void)
{
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;
    BYTE *bytes = (BYTE *)&limits;
    DWORD at;
    HANDLE job = CreateJobObjectW(NULL, NULL);
    if (job == NULL)
        return NULL;
    for (at = 0; at < sizeof limits; at++)
        bytes[at] = 0;
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    return job;
}

static BOOL build_command(const WCHAR *rest)
{
    DWORD length = 0;
    command[0] = 0;
    if (!is_batch(program))
        return append(command, &length, rest);
    /* cmd /s strips the outer pair of quotes and leaves the rest alone; /d keeps AutoRun commands out. */
    return append(command, &length, L"cmd.exe /d /s /c \"") && append(command, &length, rest) &&
           append(command, &length, L"\"");
}

void __stdcall start(void)
{
    STARTUPINFOW startup;
    PROCESS_INFORMATION child;
    BYTE *bytes;
    DWORD at, code = EXIT_NOT_STARTED;
    HANDLE job;
    const WCHAR *rest;

    rest = take_argument(GetCommandLineW(), program, COMMAND_LIMIT); /* our own name */
    rest = take_argument(rest, code_file, sizeof code_file / sizeof code_file[0]);
    if (code_file[0] == 0 || *rest == 0)
        ExitProcess(EXIT_NOT_STARTED);
    take_argument(rest, program, COMMAND_LIMIT);
    if (!build_command(rest)) {
        write_code("error", ERROR_BAD_LENGTH);
        ExitProcess(EXIT_NOT_STARTED);
    }

    SetConsoleCtrlHandler(ignore_ctrl, TRUE);
    for (bytes = (BYTE *)&startup, at = 0; at < sizeof startup; at++)
        bytes[at] = 0;
    startup.cb = sizeof startup;
    startup.dwFlags = STARTF_USESTDHANDLES;
    startup.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    startup.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    startup.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    job = make_job();
    if (!CreateProcessW(NULL, command, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &startup, &child)) {
        write_code("error", GetLastError());
        ExitProcess(EXIT_NOT_STARTED);
    }
    if (job != NULL)
        AssignProcessToJobObject(job, child.hProcess);
    ResumeThread(child.hThread);
    WaitForSingleObject(child.hProcess, INFINITE);
    GetExitCodeProcess(child.hProcess, &code);
    write_code("exit", code);
    ExitProcess(code);
}
