package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.schemas.id.ServerId;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The page as a person sees it, in Chromium. */
class PageIT {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> ARGUMENTS =
      List.of(
          "--headless=new",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--window-size=1100,900");

  @TempDir Path profile;

  private Optional<ChromeDriver> browser = Optional.empty();
  private App app = App.start(config("zone1-1", 0));

  @BeforeEach
  void open() {
    if (!Files.isExecutable(CHROMIUM) || !Files.isExecutable(DRIVER)) {
      String missing = "PageIT needs %s and %s".formatted(CHROMIUM, DRIVER);
      if ("true".equals(System.getenv("CI"))) {
        fail(missing);
      }
      System.out.println("SKIPPED: " + missing + ": the page is NOT tested in a browser");
      assumeTrue(false, missing);
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.addArguments(ARGUMENTS);
    options.addArguments("--user-data-dir=" + profile);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .withEnvironment(Map.of("HOME", profile.toString()))
            .build();
    browser = Optional.of(new ChromeDriver(service, options));
    browser().get(app.address() + "/");
  }

  @AfterEach
  void close() {
    browser.ifPresent(ChromeDriver::quit);
    app.close();
  }

  @Test
  void pressingHighCpuUsageIsSeenToRiseWithoutAReload() throws IOException {
    await().atMost(PATIENCE).until(() -> text("connection").equals("live"));
    assertThat(text("server")).isEqualTo("zone1-1");
    assertThat(text("zone")).isEqualTo("zone1");
    assertThat(pressed()).containsExactly("real");
    browser().executeScript("window.loadedOnce = true");

    browser().findElement(By.cssSelector("[data-situation=high-cpu]")).click();

    await().atMost(PATIENCE).until(() -> pressed().equals(List.of("high-cpu")));
    await().atMost(PATIENCE).until(() -> cpu() >= 20 && cpu() < 60);
    await().atMost(PATIENCE).until(() -> cpu() >= 70 && cpu() <= 75);
    assertThat(Double.parseDouble(text("gpu"))).isBetween(70.0, 75.0);
    assertThat(browser().getTitle()).startsWith("zone1-1 · 7");
    assertThat(browser().executeScript("return window.loadedOnce")).isEqualTo(true);
    String line = attribute("line", "d");
    assertThat(line.chars().filter(c -> c == 'L').count()).isGreaterThanOrEqualTo(10);
    screenshot("page-high-cpu.png");
  }

  @Test
  void aLostServerIsToldAndItsSuccessorIsNamed() throws IOException {
    await().atMost(PATIENCE).until(() -> text("connection").equals("live"));
    int port = app.port();

    app.close();
    await().atMost(PATIENCE).until(() -> text("connection").contains("reconnecting"));
    screenshot("page-lost.png");
    app = App.start(config("zone1-2", port));

    await().atMost(PATIENCE).until(() -> text("server").equals("zone1-2"));
    assertThat(text("notice")).isEqualTo("Now answered by zone1-2, before by zone1-1.");
    assertThat(text("connection")).isEqualTo("live");
  }

  @Test
  void thePageBreaksNoneOfItsOwnRules() {
    await().atMost(PATIENCE).until(() -> text("connection").equals("live"));

    assertThat(browser().manage().logs().get("browser").getAll())
        .filteredOn(entry -> !entry.getMessage().contains("favicon"))
        .isEmpty();
  }

  private ChromeDriver browser() {
    return browser.orElseThrow();
  }

  private List<String> pressed() {
    return browser().findElements(By.cssSelector("[aria-pressed=true]")).stream()
        .map(button -> String.valueOf(button.getDomAttribute("data-situation")))
        .toList();
  }

  private double cpu() {
    return Double.parseDouble(text("cpu"));
  }

  private String text(String id) {
    WebElement element = browser().findElement(By.id(id));
    return element.getText();
  }

  private String attribute(String id, String name) {
    return String.valueOf(browser().findElement(By.id(id)).getDomAttribute(name));
  }

  private void screenshot(String name) throws IOException {
    File taken = browser().getScreenshotAs(OutputType.FILE);
    Path target = Files.createDirectories(Path.of("target", "screenshots")).resolve(name);
    Files.write(target, Files.readAllBytes(taken.toPath()));
  }

  private static AppConfig config(String server, int port) {
    return new AppConfig(
        ServerId.of(server),
        AppConfig.HOST,
        port,
        Optional.empty(),
        Duration.ofMillis(500),
        AppConfig.WORK_MAX,
        10,
        Duration.ofSeconds(1));
  }
}
