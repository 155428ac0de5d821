<?php
// Loads the PHP SDK and its tests from the folder PHP_SDK, and Guzzle from there or from the include path.
$sdk = getenv('PHP_SDK');
if (file_exists("$sdk/vendor/autoload.php")) {
    require_once "$sdk/vendor/autoload.php";
} else {
    require_once 'GuzzleHttp/autoload.php';
}
spl_autoload_register(function ($class) use ($sdk) {
    $folders = ['AlibabaCloud\\Oss\\V2\\' => 'src/', 'IntegrationTests\\' => 'tests/IntegrationTests/'];
    foreach ($folders as $prefix => $folder) {
        if (strncmp($class, $prefix, strlen($prefix)) !== 0) {
            continue;
        }
        $file = "$sdk/$folder" . str_replace('\\', '/', substr($class, strlen($prefix))) . '.php';
        if (file_exists($file)) {
            require_once $file;
        }
    }
});
