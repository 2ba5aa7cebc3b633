export { appBuild as default } from '../../tsup.base.ts';
