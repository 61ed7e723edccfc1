package ru.vremenagoda.minified

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.zip.ZipEntry
import java.util.zip.ZipFile
import java.util.zip.ZipOutputStream
import kotlin.io.path.fileSize
import kotlin.io.path.writeText
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNotEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import ru.vremenagoda.testing.PATIENCE
import ru.vremenagoda.testing.PHONE
import ru.vremenagoda.testing.Picture
import ru.vremenagoda.testing.Sandbox
import ru.vremenagoda.testing.inSandbox

/** An app of the kit after R8, which took away and renamed whatever nothing told it to keep. */
class MinifiedTest {
    private val build = Path.of(System.getProperty("vremena.minified"))
    private val r8 = System.getProperty("vremena.r8")

    /** The app, the kit and all that both need. */
    private val app = System.getProperty("vremena.app").split(File.pathSeparator).filter { it.endsWith(".jar") }
    private val kit = app.single { "vremena-kit" in it }

    /** What an app says of itself: where it begins. */
    private val entry = "-keep class ru.vremenagoda.minified.JourneyKt { public static void main(java.lang.String[]); }"

    @Test
    fun `with the kit's own rules it works, and is smaller`() {
        val minified = minified("with-rules", app)
        assertTrue(classes(minified) < classes(app) / 2, "${classes(minified)} of ${classes(app)} bytes")
        val (lines, ended) = journey(minified)
        assertEquals(0, ended, lines.joinToString("\n"))
        assertEquals("the end", lines.last())
    }

    @Test
    fun `without them it does not`() {
        val bare = build.resolve("bare-kit.jar").also { withoutRules(Path.of(kit), it) }
        val (lines, ended) = journey(minified("without-rules", app - kit + "$bare"))
        assertNotEquals(0, ended, lines.joinToString("\n"))
        assertTrue("the end" !in lines)
    }

    private fun minified(name: String, jars: List<String>): List<String> {
        val rules = build.resolve("$name.pro").also { it.writeText(entry) }
        val output = build.resolve("$name.jar").also { Files.deleteIfExists(it) }
        val command = listOf(JVM, "-Xmx1g", "-cp", r8, "com.android.tools.r8.R8", "--release", "--classfile") +
            listOf("--lib", System.getProperty("java.home"), "--pg-conf", "$rules", "--output", "$output") + jars
        val process = ProcessBuilder(command).redirectErrorStream(true).start()
        val told = process.inputStream.bufferedReader().readText()
        assertEquals(0, process.waitFor(), told)
        return listOf("$output")
    }

    /** What the app says, and how it ends. */
    private fun journey(classPath: List<String>): Pair<List<String>, Int> {
        var lines = emptyList<String>()
        var ended = 0
        inSandbox(Minified()) {
            val command = listOf(
                JVM, "-Djna.tmpdir=$build", "-cp", classPath.joinToString(File.pathSeparator),
                "ru.vremenagoda.minified.JourneyKt", "${folder()}", baseUrl, "${Picture.named("01-dress.jpg").path}",
            )
            val process = ProcessBuilder(command).redirectErrorStream(true).start()
            try {
                lines = withContext(Dispatchers.IO) {
                    val said = mutableListOf<String>()
                    for (line in process.inputReader().lineSequence()) {
                        said += line
                        if (line == "code?") process.outputWriter().use { it.write(admin.code(PHONE) + "\n") }
                    }
                    said
                }
                check(process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) { "it hangs: $lines" }
                ended = process.exitValue()
            } finally {
                process.destroyForcibly()
            }
        }
        return lines to ended
    }

    private fun classes(jars: List<String>): Long = jars.sumOf { jar ->
        ZipFile(jar).use { zip -> zip.entries().asSequence().filter { it.name.endsWith(".class") }.sumOf { it.compressedSize } }
    }

    private fun withoutRules(jar: Path, to: Path) {
        ZipFile(jar.toFile()).use { zip ->
            ZipOutputStream(Files.newOutputStream(to)).use { out ->
                for (entry in zip.entries().asSequence().filter { "proguard" !in it.name }) {
                    out.putNextEntry(ZipEntry(entry.name))
                    zip.getInputStream(entry).copyTo(out)
                }
            }
        }
        check(to.fileSize() > 0)
    }

    private class Minified : Sandbox() {
        override suspend fun endPhones() = Unit
    }

    private companion object {
        val JVM: String = "${System.getProperty("java.home")}/bin/java"
    }
}
