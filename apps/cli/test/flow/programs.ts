import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "@winvm/runtime";

/** Compiles a Windows program on the host, against the libraries for windows and drawing too. */
export async function compilePe(directory: string, name: string, source: string): Promise<string> {
  const c = join(directory, `${name}.c`);
  const exe = join(directory, `${name}.exe`);
  writeFileSync(c, source);
  await runProgram("x86_64-w64-mingw32-gcc", ["-O1", "-municode", "-o", exe, c, "-lgdi32"]);
  return exe;
}

/** Prints each argument as UTF-8 with a zero behind it. */
export const showArguments = String.raw`
#include <windows.h>
#include <stdio.h>
#include <io.h>
#include <fcntl.h>
int wmain(int count, wchar_t **values)
{
    static char text[65536];
    _setmode(1, _O_BINARY);
    for (int at = 1; at < count; at++) {
        int length = WideCharToMultiByte(CP_UTF8, 0, values[at], -1, text, sizeof text, NULL, NULL);
        fwrite(text, 1, length, stdout);
    }
    return 0;
}
`;

/** Reads its first argument, writes it in capitals to its second, prints a line to each stream, ends with 3000. */
export const convertFile = String.raw`
#include <windows.h>
#include <stdio.h>
#include <wctype.h>
int wmain(int count, wchar_t **values)
{
    FILE *in = count > 2 ? _wfopen(values[1], L"rb") : NULL;
    FILE *out = in ? _wfopen(values[2], L"wb") : NULL;
    int byte;
    if (!out) { fprintf(stderr, "cannot open\n"); return 2; }
    while ((byte = fgetc(in)) != EOF) fputc(byte >= 'a' && byte <= 'z' ? byte - 32 : byte, out);
    fclose(out);
    printf("converted\n");
    fprintf(stderr, "no complaints\n");
    return 3000;
}
`;

/** Makes a window that nobody sees, measures a text in the standard font, ends with 0 when all of that is possible. */
export const openWindow = String.raw`
#include <windows.h>
#include <stdio.h>
int wmain(void)
{
    WNDCLASSW class = { .lpfnWndProc = DefWindowProcW, .lpszClassName = L"test", .hInstance = GetModuleHandleW(NULL) };
    RegisterClassW(&class);
    HWND window = CreateWindowW(L"test", L"title", WS_OVERLAPPEDWINDOW, 0, 0, 9, 9, NULL, NULL, class.hInstance, NULL);
    SIZE size = { 0 };
    HDC dc = CreateCompatibleDC(NULL);
    BOOL measured = GetTextExtentPoint32W(dc, L"hello", 5, &size);
    printf("station %d window %d text %d", GetProcessWindowStation() != NULL, window != NULL, measured && size.cx > 0);
    return 0;
}
`;
