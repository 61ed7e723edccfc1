package ru.vremenagoda.stranger

import java.nio.file.Files
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import ru.vremenagoda.ffi.Config
import ru.vremenagoda.ffi.CoreException
import ru.vremenagoda.ffi.Language
import ru.vremenagoda.ffi.Work
import ru.vremenagoda.kit.Vremena
import ru.vremenagoda.testing.Lent

/** In a process of its own, as all tests here. */
class NoLibraryTest {
    @Test
    fun `an app without the library for its phone says so, each time`() {
        System.setProperty("uniffi.component.vremena.libraryOverride", "not-in-this-app")
        val folder = Files.createTempDirectory("vremena")
        val config = Config("$folder", "http://127.0.0.1:1", Language.RU, Work.ON_DEMAND)
        repeat(2) {
            val error = assertThrows<CoreException.Configuration> { runBlocking { Vremena.open(config, Lent().ports()) } }
            assertTrue("library" in error.detail, error.detail)
        }
        Files.delete(folder)
    }
}
